package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;

/**
 * What floating-point instructions compute where the host's arithmetic is sure to give the same:
 * when they round to nearest, inexact is set already, and nothing but inexact can be raised. In all
 * other cases the answer is {@link #UNKNOWN}, and {@link FloatUnit} has to work it out.
 *
 * <p>Operands and results are registers. Java's arithmetic is IEEE 754's, to nearest; only the bits
 * of a NaN are open, so a result that is one is unknown.
 */
final class HostFloat {
    /** Stands for a result that is not known; may be one by chance, as it costs time only. */
    static final long UNKNOWN = 0x7ff4_dead_0000_0000L;

    private static final int ROUND_TO_NEAREST = 0;
    private static final int ROUND_TO_ZERO = 1;
    private static final int DYNAMIC = 7;
    private static final long BOX = 0xffff_ffff_0000_0000L;
    private static final long SIGN = 0x8000_0000L;
    private static final double TWO_TO_31 = 0x1p31;
    private static final double TWO_TO_32 = 0x1p32;
    private static final double TWO_TO_62 = 0x1p62;

    private HostFloat() {}

    /**
     * Returns whether the instruction rounds as the host does while the dynamic mode is nearest.
     */
    static boolean rounds(Instruction in) {
        return switch (in.op()) {
            case FCVT_W_D, FCVT_WU_D, FCVT_L_D, FCVT_LU_D -> in.rm() == ROUND_TO_ZERO;
            case FCVT_W_S, FCVT_WU_S, FCVT_L_S, FCVT_LU_S -> in.rm() == ROUND_TO_ZERO;
            default -> in.rm() == ROUND_TO_NEAREST || in.rm() == DYNAMIC;
        };
    }

    // RV64D

    static long faddD(long a, long b) {
        return finiteD(d(a) + d(b));
    }

    static long fsubD(long a, long b) {
        return finiteD(d(a) - d(b));
    }

    static long fmulD(long a, long b) {
        return normalD(d(a) * d(b));
    }

    static long fdivD(long a, long b) {
        return normalD(d(a) / d(b));
    }

    static long fsqrtD(long a) {
        return normalD(Math.sqrt(d(a)));
    }

    static long fmaddD(long a, long b, long c) {
        return normalD(Math.fma(d(a), d(b), d(c)));
    }

    static long fmsubD(long a, long b, long c) {
        return normalD(Math.fma(d(a), d(b), -d(c)));
    }

    static long fnmsubD(long a, long b, long c) {
        return normalD(Math.fma(-d(a), d(b), d(c)));
    }

    static long fnmaddD(long a, long b, long c) {
        return normalD(Math.fma(-d(a), d(b), -d(c)));
    }

    static long fsgnjD(long a, long b) {
        return (a & Long.MAX_VALUE) | (b & Long.MIN_VALUE);
    }

    static long fsgnjnD(long a, long b) {
        return (a & Long.MAX_VALUE) | (~b & Long.MIN_VALUE);
    }

    static long fsgnjxD(long a, long b) {
        return a ^ (b & Long.MIN_VALUE);
    }

    static long fminD(long a, long b) {
        return d(a) < d(b) ? a : d(b) < d(a) ? b : UNKNOWN;
    }

    static long fmaxD(long a, long b) {
        return d(a) > d(b) ? a : d(b) > d(a) ? b : UNKNOWN;
    }

    static long feqD(long a, long b) {
        return d(a) == d(b) ? 1 : d(a) < d(b) || d(a) > d(b) ? 0 : UNKNOWN;
    }

    static long fltD(long a, long b) {
        return d(a) < d(b) ? 1 : d(a) >= d(b) ? 0 : UNKNOWN;
    }

    static long fleD(long a, long b) {
        return d(a) <= d(b) ? 1 : d(a) > d(b) ? 0 : UNKNOWN;
    }

    static long fmvXD(long a) {
        return a;
    }

    static long fmvDX(long a) {
        return a;
    }

    static long fcvtWD(long a) {
        return Math.abs(d(a)) < TWO_TO_31 ? (int) d(a) : UNKNOWN;
    }

    static long fcvtWuD(long a) {
        return d(a) > -1 && d(a) < TWO_TO_32 ? (int) (long) d(a) : UNKNOWN;
    }

    static long fcvtLD(long a) {
        return Math.abs(d(a)) < TWO_TO_62 ? (long) d(a) : UNKNOWN;
    }

    static long fcvtLuD(long a) {
        return d(a) > -1 && d(a) < TWO_TO_62 ? (long) d(a) : UNKNOWN;
    }

    static long fcvtDW(long a) {
        return finiteD((int) a);
    }

    static long fcvtDWu(long a) {
        return finiteD((double) (a & 0xffff_ffffL));
    }

    static long fcvtDL(long a) {
        return finiteD((double) a);
    }

    static long fcvtDLu(long a) {
        return a >= 0 ? finiteD((double) a) : UNKNOWN;
    }

    static long fcvtDS(long a) {
        return finiteD((double) s(a));
    }

    static long fcvtSD(long a) {
        return normalS((float) d(a));
    }

    // RV64F: what is not boxed reads as a NaN, which is known to lead to nothing known.

    static long faddS(long a, long b) {
        return finiteS(s(a) + s(b));
    }

    static long fsubS(long a, long b) {
        return finiteS(s(a) - s(b));
    }

    static long fmulS(long a, long b) {
        return normalS(s(a) * s(b));
    }

    static long fdivS(long a, long b) {
        return normalS(s(a) / s(b));
    }

    static long fsqrtS(long a) {
        return normalS((float) Math.sqrt(s(a)));
    }

    static long fmaddS(long a, long b, long c) {
        return normalS(Math.fma(s(a), s(b), s(c)));
    }

    static long fmsubS(long a, long b, long c) {
        return normalS(Math.fma(s(a), s(b), -s(c)));
    }

    static long fnmsubS(long a, long b, long c) {
        return normalS(Math.fma(-s(a), s(b), s(c)));
    }

    static long fnmaddS(long a, long b, long c) {
        return normalS(Math.fma(-s(a), s(b), -s(c)));
    }

    static long fsgnjS(long a, long b) {
        return areBoxed(a, b) ? (a & ~SIGN) | (b & SIGN) : UNKNOWN;
    }

    static long fsgnjnS(long a, long b) {
        return areBoxed(a, b) ? (a & ~SIGN) | (~b & SIGN) : UNKNOWN;
    }

    static long fsgnjxS(long a, long b) {
        return areBoxed(a, b) ? a ^ (b & SIGN) : UNKNOWN;
    }

    static long fminS(long a, long b) {
        return s(a) < s(b) ? a : s(b) < s(a) ? b : UNKNOWN;
    }

    static long fmaxS(long a, long b) {
        return s(a) > s(b) ? a : s(b) > s(a) ? b : UNKNOWN;
    }

    static long feqS(long a, long b) {
        return s(a) == s(b) ? 1 : s(a) < s(b) || s(a) > s(b) ? 0 : UNKNOWN;
    }

    static long fltS(long a, long b) {
        return s(a) < s(b) ? 1 : s(a) >= s(b) ? 0 : UNKNOWN;
    }

    static long fleS(long a, long b) {
        return s(a) <= s(b) ? 1 : s(a) > s(b) ? 0 : UNKNOWN;
    }

    static long fmvXW(long a) {
        return (int) a;
    }

    static long fmvWX(long a) {
        return a | BOX;
    }

    static long fcvtWS(long a) {
        return Math.abs(s(a)) < TWO_TO_31 ? (int) s(a) : UNKNOWN;
    }

    static long fcvtWuS(long a) {
        return s(a) > -1 && s(a) < TWO_TO_32 ? (int) (long) s(a) : UNKNOWN;
    }

    static long fcvtLuS(long a) {
        return s(a) > -1 && s(a) < TWO_TO_62 ? (long) s(a) : UNKNOWN;
    }

    static long fcvtLS(long a) {
        return Math.abs(s(a)) < TWO_TO_62 ? (long) s(a) : UNKNOWN;
    }

    static long fcvtSW(long a) {
        return finiteS((float) (int) a);
    }

    static long fcvtSL(long a) {
        return finiteS((float) a);
    }

    static long fcvtSWu(long a) {
        return finiteS((float) (a & 0xffff_ffffL));
    }

    static long fcvtSLu(long a) {
        return a >= 0 ? finiteS((float) a) : UNKNOWN;
    }

    // How registers are read, and which results are known.

    private static double d(long register) {
        return Double.longBitsToDouble(register);
    }

    private static float s(long register) {
        return areBoxed(register, register) ? Float.intBitsToFloat((int) register) : Float.NaN;
    }

    private static boolean areBoxed(long a, long b) {
        return (a & b & BOX) == BOX;
    }

    /** Of what can neither overflow unseen nor be too small to be exact. */
    private static long finiteD(double value) {
        return Math.abs(value) <= Double.MAX_VALUE ? Double.doubleToRawLongBits(value) : UNKNOWN;
    }

    private static long finiteS(float value) {
        return Math.abs(value) <= Float.MAX_VALUE ? Float.floatToRawIntBits(value) | BOX : UNKNOWN;
    }

    /** Of what could be rounded to a subnormal value, which raises underflow. */
    private static long normalD(double value) {
        return Math.abs(value) > Double.MIN_NORMAL ? finiteD(value) : UNKNOWN;
    }

    private static long normalS(float value) {
        return Math.abs(value) > Float.MIN_NORMAL ? finiteS(value) : UNKNOWN;
    }
}
