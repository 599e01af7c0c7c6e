package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/**
 * Arithmetic of the "D" extension on raw bits by the host's floating point.
 *
 * <p>The host rounds to nearest and tells no flags. Away from the ends of the range only inexact
 * can arise, and it shows in the rounding error, which is itself a double there; once inexact is
 * set, not even that matters. Everything else goes to {@link ExactArithmetic}.
 *
 * <p>Hot path: runs once per floating-point instruction.
 */
final class Doubles {
    private static final long SIGN = Long.MIN_VALUE;

    /** From here on the rounding errors of products, quotients and roots are doubles. */
    private static final double SMALL = 0x1p-900;

    /** Below this, sums and the steps to their rounding errors cannot overflow. */
    private static final double HUGE = 0x1p1000;

    private Doubles() {}

    static long add(long a, long b, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        if (mode == Rounding.NEAREST_EVEN && Math.abs(x) < HUGE && Math.abs(y) < HUGE) {
            double sum = x + y;
            if (isExactSoFar(hart) && sumError(x, y, sum) != 0) {
                hart.fflags |= Flags.INEXACT;
            }
            return Double.doubleToRawLongBits(sum);
        }
        return ExactArithmetic.add(Format.DOUBLE, a, b, mode, hart);
    }

    static long subtract(long a, long b, int mode, Hart hart) {
        return add(a, b ^ SIGN, mode, hart);
    }

    static long multiply(long a, long b, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double product = x * y;
        boolean zero = product == 0 && (x == 0 || y == 0);
        if (mode == Rounding.NEAREST_EVEN && (isOrdinary(product) || zero)) {
            if (isExactSoFar(hart) && Math.fma(x, y, -product) != 0) {
                hart.fflags |= Flags.INEXACT;
            }
            return Double.doubleToRawLongBits(product);
        }
        return ExactArithmetic.multiply(Format.DOUBLE, a, b, mode, hart);
    }

    static long divide(long a, long b, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double quotient = x / y;
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(x) && isOrdinary(quotient)) {
            if (isExactSoFar(hart) && Math.fma(-quotient, y, x) != 0) {
                hart.fflags |= Flags.INEXACT;
            }
            return Double.doubleToRawLongBits(quotient);
        }
        return ExactArithmetic.divide(Format.DOUBLE, a, b, mode, hart);
    }

    static long squareRoot(long a, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        if (mode == Rounding.NEAREST_EVEN && x > 0 && isOrdinary(x)) {
            double root = Math.sqrt(x);
            if (isExactSoFar(hart) && Math.fma(-root, root, x) != 0) {
                hart.fflags |= Flags.INEXACT;
            }
            return Double.doubleToRawLongBits(root);
        }
        return ExactArithmetic.squareRoot(Format.DOUBLE, a, mode, hart);
    }

    static long multiplyAdd(long a, long b, long c, int mode, Hart hart) {
        double x = Double.longBitsToDouble(a);
        double y = Double.longBitsToDouble(b);
        double z = Double.longBitsToDouble(c);
        double product = x * y;
        if (mode == Rounding.NEAREST_EVEN && isOrdinary(product) && Math.abs(z) < HUGE) {
            double result = Math.fma(x, y, z);
            if (isOrdinary(result) && !isExactSoFar(hart)) {
                return Double.doubleToRawLongBits(result);
            }
            if (Math.fma(x, y, -product) == 0) {
                return add(Double.doubleToRawLongBits(product), c, mode, hart);
            }
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

    private static boolean isExactSoFar(Hart hart) {
        return (hart.fflags & Flags.INEXACT) == 0;
    }

    private static boolean isOrdinary(double value) {
        double magnitude = Math.abs(value);
        return magnitude >= SMALL && magnitude < HUGE;
    }
}
