package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/**
 * Arithmetic of the "D" extension on raw bits by the host's floating point.
 *
 * <p>The host rounds to nearest and tells no flags. Away from the ends of the range only inexact
 * can arise, and it shows in the rounding error, which is itself a double there; once inexact is
 * set, as in nearly all programs it soon is, not even that matters, and the result tells by itself
 * that nothing else arose. Everything else goes to {@link ExactArithmetic}.
 *
 * <p>Hot path: runs once per floating-point instruction. What is not in the careful methods is
 * inlined into compiled regions, and has to be short.
 */
final class Doubles {
    private static final long SIGN = Long.MIN_VALUE;

    /** From here on the rounding errors of products, quotients and roots are doubles. */
    private static final double SMALL = 0x1p-900;

    /** Below this, sums and the steps to their rounding errors cannot overflow. */
    private static final double HUGE = 0x1p1000;

    private Doubles() {}

    static long add(long a, long b, int mode, Hart hart) {
        double sum = Double.longBitsToDouble(a) + Double.longBitsToDouble(b);
        if (Flags.canOnlyRepeat(mode, hart) && Math.abs(sum) < HUGE) {
            return Double.doubleToRawLongBits(sum);
        }
        return addCarefully(a, b, mode, hart);
    }

    private static long addCarefully(long a, long b, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        if (mode == Rounding.NEAREST_EVEN && Math.abs(x) < HUGE && Math.abs(y) < HUGE) {
            double sum = x + y;
            Flags.accrueInexact(sumError(x, y, sum) != 0, hart);
            return Double.doubleToRawLongBits(sum);
        }
        return ExactArithmetic.add(Format.DOUBLE, a, b, mode, hart);
    }

    static long subtract(long a, long b, int mode, Hart hart) {
        return add(a, b ^ SIGN, mode, hart);
    }

    static long multiply(long a, long b, int mode, Hart hart) {
        double product = Double.longBitsToDouble(a) * Double.longBitsToDouble(b);
        if (Flags.canOnlyRepeat(mode, hart) && isOrdinary(product)) {
            return Double.doubleToRawLongBits(product);
        }
        return multiplyCarefully(a, b, mode, hart);
    }

    private static long multiplyCarefully(long a, long b, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double product = x * y;
        boolean zero = product == 0 && (x == 0 || y == 0);
        if (mode == Rounding.NEAREST_EVEN && (isOrdinary(product) || zero)) {
            Flags.accrueInexact(Math.fma(x, y, -product) != 0, hart);
            return Double.doubleToRawLongBits(product);
        }
        return ExactArithmetic.multiply(Format.DOUBLE, a, b, mode, hart);
    }

    static long divide(long a, long b, int mode, Hart hart) {
        double quotient = Double.longBitsToDouble(a) / Double.longBitsToDouble(b);
        if (Flags.canOnlyRepeat(mode, hart) && isOrdinary(quotient)) {
            return Double.doubleToRawLongBits(quotient);
        }
        return divideCarefully(a, b, mode, hart);
    }

    private static long divideCarefully(long a, long b, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double quotient = x / y;
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(x) && isOrdinary(quotient)) {
            Flags.accrueInexact(Math.fma(-quotient, y, x) != 0, hart);
            return Double.doubleToRawLongBits(quotient);
        }
        return ExactArithmetic.divide(Format.DOUBLE, a, b, mode, hart);
    }

    static long squareRoot(long a, int mode, Hart hart) {
        double root = Math.sqrt(Double.longBitsToDouble(a));
        if (Flags.canOnlyRepeat(mode, hart) && isOrdinary(root)) {
            return Double.doubleToRawLongBits(root);
        }
        return squareRootCarefully(a, mode, hart);
    }

    private static long squareRootCarefully(long a, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        if (mode == Rounding.NEAREST_EVEN && x > 0 && isOrdinary(x)) {
            double root = Math.sqrt(x);
            Flags.accrueInexact(Math.fma(-root, root, x) != 0, hart);
            return Double.doubleToRawLongBits(root);
        }
        return ExactArithmetic.squareRoot(Format.DOUBLE, a, mode, hart);
    }

    static long multiplyAdd(long a, long b, long c, int mode, Hart hart) {
        double result =
                Math.fma(
                        Double.longBitsToDouble(a),
                        Double.longBitsToDouble(b),
                        Double.longBitsToDouble(c));
        if (Flags.canOnlyRepeat(mode, hart) && isOrdinary(result)) {
            return Double.doubleToRawLongBits(result);
        }
        return multiplyAddCarefully(a, b, c, mode, hart);
    }

    private static long multiplyAddCarefully(long a, long b, long c, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double product = x * y;
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(product) && Math.fma(x, y, -product) == 0) {
            return add(Double.doubleToRawLongBits(product), c, mode, hart);
        }
        return ExactArithmetic.multiplyAdd(Format.DOUBLE, a, b, c, mode, hart);
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

    /** Returns the error of {@code sum = x + y} (Knuth's TwoSum); all finite and below 2^1001. */
    static double sumError(double x, double y, double sum) {
        double yPart = sum - x;
        double xPart = sum - yPart;
        return (x - xPart) + (y - yPart);
    }

    /** Returns whether a rounded result can have no flag but inexact. */
    private static boolean isOrdinary(double value) {
        double magnitude = Math.abs(value);
        return magnitude >= SMALL && magnitude < HUGE;
    }
}
