package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/**
 * Arithmetic of the "F" extension on raw bits (not NaN-boxed) by the host's floating point. Doubles
 * hold products of singles exactly, so they tell whether a result is inexact; beyond that as {@link
 * Doubles}.
 *
 * <p>Hot path: runs once per floating-point instruction.
 */
final class Singles {
    private static final long SIGN = 1L << 31;

    /** A result from here on is a normal number, before and after rounding. */
    private static final float SMALL = 0x1p-100f;

    /** Below this no sum overflows. */
    private static final float HUGE = 0x1p120f;

    private Singles() {}

    static long add(long a, long b, int mode, Hart hart) {
        float sum = Float.intBitsToFloat((int) a) + Float.intBitsToFloat((int) b);
        if (Flags.canOnlyRepeat(mode, hart) && Math.abs(sum) < HUGE) {
            return bits(sum);
        }
        return addCarefully(a, b, mode, hart);
    }

    private static long addCarefully(long a, long b, int mode, Hart hart) {
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        if (mode == Rounding.NEAREST_EVEN && Math.abs(x) < HUGE && Math.abs(y) < HUGE) {
            float sum = x + y;
            Flags.accrueInexact(isInexactSum(x, y, sum), hart);
            return bits(sum);
        }
        return ExactArithmetic.add(Format.SINGLE, a, b, mode, hart);
    }

    static long subtract(long a, long b, int mode, Hart hart) {
        return add(a, b ^ SIGN, mode, hart);
    }

    static long multiply(long a, long b, int mode, Hart hart) {
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        float product = x * y;
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(product)) {
            Flags.accrueInexact((double) x * y != product, hart);
            return bits(product);
        }
        return ExactArithmetic.multiply(Format.SINGLE, a, b, mode, hart);
    }

    static long divide(long a, long b, int mode, Hart hart) {
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        float quotient = x / y;
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(quotient)) {
            Flags.accrueInexact((double) quotient * y != x, hart);
            return bits(quotient);
        }
        return ExactArithmetic.divide(Format.SINGLE, a, b, mode, hart);
    }

    static long squareRoot(long a, int mode, Hart hart) {
        float x = Float.intBitsToFloat((int) a);
        float root = (float) Math.sqrt(x);
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(root)) {
            Flags.accrueInexact((double) root * root != x, hart);
            return bits(root);
        }
        return ExactArithmetic.squareRoot(Format.SINGLE, a, mode, hart);
    }

    static long multiplyAdd(long a, long b, long c, int mode, Hart hart) {
        float result =
                Math.fma(
                        Float.intBitsToFloat((int) a),
                        Float.intBitsToFloat((int) b),
                        Float.intBitsToFloat((int) c));
        if (Flags.canOnlyRepeat(mode, hart) && isOrdinary(result)) {
            return bits(result);
        }
        return multiplyAddCarefully(a, b, c, mode, hart);
    }

    private static long multiplyAddCarefully(long a, long b, long c, int mode, Hart hart) {
        float x = Float.intBitsToFloat((int) a);
        float y = Float.intBitsToFloat((int) b);
        float z = Float.intBitsToFloat((int) c);
        float result = Math.fma(x, y, z);
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(result)) {
            Flags.accrueInexact(isInexactSum((double) x * y, z, result), hart);
            return bits(result);
        }
        return ExactArithmetic.multiplyAdd(Format.SINGLE, a, b, c, mode, hart);
    }

    static long multiplySubtract(long a, long b, long c, int mode, Hart hart) {
        return multiplyAdd(a, b, c ^ SIGN, mode, hart);
    }

    static long negatedMultiplySubtract(long a, long b, long c, int mode, Hart hart) {
        return multiplyAdd(a ^ SIGN, b, c, mode, hart);
    }

    static long negatedMultiplyAdd(long a, long b, long c, int mode, Hart hart) {
        return multiplyAdd(a ^ SIGN, b, c ^ SIGN, mode, hart);
    }

    private static boolean isInexactSum(double x, double y, float sum) {
        double wide = x + y;
        return wide != sum || Doubles.sumError(x, y, wide) != 0;
    }

    /** Returns whether a rounded result can have no flag but inexact. */
    static boolean isOrdinary(float value) {
        float magnitude = Math.abs(value);
        return magnitude >= SMALL && magnitude < HUGE;
    }

    private static long bits(float value) {
        return Integer.toUnsignedLong(Float.floatToRawIntBits(value));
    }
}
