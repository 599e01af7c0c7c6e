package dev.lockstep.interp;

/** The operations that order or classify floating-point values; none of them rounds. */
final class Comparison {
    private final SoftFloat arithmetic;
    private final Format format;

    Comparison(SoftFloat arithmetic) {
        this.arithmetic = arithmetic;
        format = arithmetic.format();
    }

    /** Only a signaling NaN is invalid. */
    boolean equal(long a, long b) {
        if (format.isNan(a) || format.isNan(b)) {
            arithmetic.nan(a, b, b);
            return false;
        }
        return order(a) == order(b);
    }

    /** Any NaN is invalid; likewise {@link #lessOrEqual}. */
    boolean less(long a, long b) {
        return ordered(a, b) && order(a) < order(b);
    }

    boolean lessOrEqual(long a, long b) {
        return ordered(a, b) && order(a) <= order(b);
    }

    /** Prefers a number to a NaN, and -0 to +0. */
    long minimum(long a, long b) {
        if (format.isNan(a) || format.isNan(b)) {
            return number(a, b);
        }
        return precedes(a, b) ? a : b;
    }

    /** Prefers a number to a NaN, and +0 to -0. */
    long maximum(long a, long b) {
        if (format.isNan(a) || format.isNan(b)) {
            return number(a, b);
        }
        return precedes(a, b) ? b : a;
    }

    /** Returns the one bit of ten that says what kind of value this is (manual, "FCLASS"). */
    long classify(long a) {
        if (format.isNan(a)) {
            return format.isSignaling(a) ? 1 << 8 : 1 << 9;
        }
        int size = size(a);
        return 1L << (format.isNegative(a) ? 3 - size : 4 + size);
    }

    /** Returns 0 for zero, 1 for subnormal, 2 for normal, 3 for infinite. */
    private int size(long a) {
        if (format.isZero(a)) {
            return 0;
        }
        if (format.isInfinite(a)) {
            return 3;
        }
        return format.exponent(a) < format.minExponent() ? 1 : 2;
    }

    /** Returns the operand that is a number, or the canonical NaN. */
    private long number(long a, long b) {
        long nan = arithmetic.nan(a, b, b);
        if (format.isNan(a)) {
            return format.isNan(b) ? nan : b;
        }
        return a;
    }

    private boolean precedes(long a, long b) {
        return order(a) < order(b) || (order(a) == order(b) && format.isNegative(a));
    }

    private boolean ordered(long a, long b) {
        boolean ordered = !format.isNan(a) && !format.isNan(b);
        if (!ordered) {
            arithmetic.invalid();
        }
        return ordered;
    }

    /** Maps finite and infinite values to integers of the same order, both zeros to 0. */
    private long order(long bits) {
        long magnitude = format.magnitude(bits);
        return format.isNegative(bits) ? -magnitude : magnitude;
    }
}
