package dev.lockstep.interp;

/** Conversions between one floating-point format and integers or the other format. */
final class Conversion {
    /** Binary exponent of the weight of bit 63. */
    private static final int TOP = Long.SIZE - 1;

    private final SoftFloat arithmetic;
    private final Format format;

    Conversion(SoftFloat arithmetic) {
        this.arithmetic = arithmetic;
        format = arithmetic.format();
    }

    long fromSigned(long value, Rounding mode) {
        return fromMagnitude(value < 0, Math.abs(value), mode);
    }

    long fromUnsigned(long value, Rounding mode) {
        return fromMagnitude(false, value, mode);
    }

    private long fromMagnitude(boolean negative, long magnitude, Rounding mode) {
        if (magnitude == 0) {
            return 0;
        }
        int zeros = Long.numberOfLeadingZeros(magnitude);
        return arithmetic.pack(negative, TOP - zeros, magnitude << zeros, mode);
    }

    /** Converts a value of another format to this one. */
    long fromFormat(Format source, long a, Rounding mode) {
        if (source.isNan(a)) {
            return source.isSignaling(a) ? arithmetic.invalid() : format.canonicalNan;
        }
        long sign = source.isNegative(a) ? format.signBit : 0;
        if (source.isInfinite(a)) {
            return sign | format.infinity;
        }
        return source.isZero(a)
                ? sign
                : arithmetic.pack(
                        source.isNegative(a), source.exponent(a), source.significand(a), mode);
    }

    /** Returns an int, sign-extended. */
    long toInt(long a, Rounding mode) {
        return toInteger(a, Integer.MIN_VALUE, Integer.MAX_VALUE, mode);
    }

    /** Returns an unsigned int, sign-extended as all words are. */
    long toUnsignedInt(long a, Rounding mode) {
        return (int) toInteger(a, 0, 0xffff_ffffL, mode);
    }

    long toLong(long a, Rounding mode) {
        return toInteger(a, Long.MIN_VALUE, Long.MAX_VALUE, mode);
    }

    long toUnsignedLong(long a, Rounding mode) {
        return toInteger(a, 0, -1, mode);
    }

    /**
     * Rounds to an integer. What does not fit is invalid and gives the nearest bound; a NaN gives
     * the upper one.
     *
     * @param maximum as an unsigned number
     */
    private long toInteger(long a, long minimum, long maximum, Rounding mode) {
        if (format.isZero(a)) {
            return 0;
        }
        boolean negative = format.isNegative(a) && !format.isNan(a);
        long bound = negative ? minimum : maximum;
        if (format.magnitude(a) >= format.infinity || format.exponent(a) > TOP) {
            return outOfRange(bound);
        }
        long significand = format.significand(a);
        int distance = TOP - format.exponent(a);
        long whole = Wide.shiftedHigh(significand, distance);
        long fraction = Wide.shiftedLow(significand, 0, distance);
        long magnitude = mode.round(negative, whole, fraction);
        if (Long.compareUnsigned(magnitude, negative ? -bound : bound) > 0) {
            return outOfRange(bound);
        }
        if (fraction != 0) {
            arithmetic.inexact();
        }
        return negative ? -magnitude : magnitude;
    }

    private long outOfRange(long bound) {
        arithmetic.invalid();
        return bound;
    }
}
