package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/**
 * The fcvt instructions, on raw bits. Out of range and NaN give the nearest end of the range, NaN
 * the upper one, with invalid and no other flag ("F" extension, table "Domains of float-to-integer
 * conversions").
 */
final class Conversions {
    private static final double TWO_31 = 0x1p31;
    private static final double TWO_32 = 0x1p32;
    private static final double TWO_63 = 0x1p63;
    private static final double TWO_64 = 0x1p64;

    private Conversions() {}

    static long toInt(double value, int mode, Hart hart) {
        double rounded = round(value, mode);
        if (rounded >= -TWO_31 && rounded < TWO_31) {
            Flags.accrueInexact(value != rounded, hart);
            return (long) rounded;
        }
        return saturate(value, Integer.MIN_VALUE, Integer.MAX_VALUE, hart);
    }

    /** Converts to an unsigned 32-bit integer, which a register holds sign-extended. */
    static long toUnsignedInt(double value, int mode, Hart hart) {
        double rounded = round(value, mode);
        if (rounded >= 0 && rounded < TWO_32) {
            Flags.accrueInexact(value != rounded, hart);
            return (int) (long) rounded;
        }
        return saturate(value, 0, -1, hart);
    }

    static long toLong(double value, int mode, Hart hart) {
        double rounded = round(value, mode);
        if (rounded >= -TWO_63 && rounded < TWO_63) {
            Flags.accrueInexact(value != rounded, hart);
            return (long) rounded;
        }
        return saturate(value, Long.MIN_VALUE, Long.MAX_VALUE, hart);
    }

    static long toUnsignedLong(double value, int mode, Hart hart) {
        double rounded = round(value, mode);
        if (rounded >= 0 && rounded < TWO_64) {
            Flags.accrueInexact(value != rounded, hart);
            return rounded < TWO_63 ? (long) rounded : (long) (rounded - TWO_63) + Long.MIN_VALUE;
        }
        return saturate(value, 0, -1, hart);
    }

    private static long saturate(double value, long least, long greatest, Hart hart) {
        hart.fflags |= Flags.INVALID;
        return value < 0 ? least : greatest;
    }

    private static double round(double value, int mode) {
        return switch (mode) {
            case Rounding.NEAREST_EVEN -> Math.rint(value);
            case Rounding.TOWARD_ZERO -> value < 0 ? Math.ceil(value) : Math.floor(value);
            case Rounding.DOWN -> Math.floor(value);
            case Rounding.UP -> Math.ceil(value);
            case Rounding.NEAREST_MAX_MAGNITUDE -> roundHalfAway(value);
            default -> throw new IllegalArgumentException("mode: " + mode + " (expected: 0 to 4)");
        };
    }

    private static double roundHalfAway(double value) {
        double magnitude = Math.floor(Math.abs(value));
        // The difference is exact: both have the same exponent, or the floor is zero.
        double rest = Math.abs(value) - magnitude;
        return Math.copySign(rest >= 0.5 ? magnitude + 1 : magnitude, value);
    }

    static long intToDouble(long value, int mode, Hart hart) {
        return Double.doubleToRawLongBits((int) value);
    }

    static long unsignedIntToDouble(long value, int mode, Hart hart) {
        return Double.doubleToRawLongBits((double) (value & 0xFFFF_FFFFL));
    }

    static long longToDouble(long value, int mode, Hart hart) {
        double result = (double) value;
        // The cast back turns 2^63 into the greatest long.
        boolean exact = (long) result == value && value != Long.MAX_VALUE;
        if (exact || mode == Rounding.NEAREST_EVEN) {
            hart.fflags |= exact ? 0 : Flags.INEXACT;
            return Double.doubleToRawLongBits(result);
        }
        return Real.of(value).round(Format.DOUBLE, mode, hart);
    }

    static long unsignedLongToDouble(long value, int mode, Hart hart) {
        return value >= 0
                ? longToDouble(value, mode, hart)
                : Real.ofUnsigned(value).round(Format.DOUBLE, mode, hart);
    }

    static long intToSingle(long value, int mode, Hart hart) {
        return longToSingle(value << 32 >> 32, mode, hart);
    }

    static long unsignedIntToSingle(long value, int mode, Hart hart) {
        return longToSingle(value & 0xFFFF_FFFFL, mode, hart);
    }

    static long longToSingle(long value, int mode, Hart hart) {
        float result = (float) value;
        // The cast back turns 2^63 into the greatest long.
        boolean exact = (long) result == value && value != Long.MAX_VALUE;
        if (exact || mode == Rounding.NEAREST_EVEN) {
            hart.fflags |= exact ? 0 : Flags.INEXACT;
            return singleBits(result);
        }
        return Real.of(value).round(Format.SINGLE, mode, hart);
    }

    static long unsignedLongToSingle(long value, int mode, Hart hart) {
        return value >= 0
                ? longToSingle(value, mode, hart)
                : Real.ofUnsigned(value).round(Format.SINGLE, mode, hart);
    }

    static long singleToDouble(long single, int mode, Hart hart) {
        if (Format.SINGLE.isNaN(single)) {
            hart.fflags |= Format.SINGLE.isSignalingNaN(single) ? Flags.INVALID : 0;
            return Format.DOUBLE.canonicalNaN();
        }
        return Double.doubleToRawLongBits(Float.intBitsToFloat((int) single));
    }

    static long doubleToSingle(long bits, int mode, Hart hart) {
        double value = Double.longBitsToDouble(bits);
        float result = (float) value;
        if (result == value) {
            return singleBits(result);
        }
        if (mode == Rounding.NEAREST_EVEN && Singles.isOrdinary(result)) {
            hart.fflags |= Flags.INEXACT;
            return singleBits(result);
        }
        return ExactArithmetic.narrow(bits, mode, hart);
    }

    private static long singleBits(float value) {
        return Integer.toUnsignedLong(Float.floatToRawIntBits(value));
    }
}
