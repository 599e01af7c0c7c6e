package dev.lockstep.interp;

/**
 * The two IEEE 754 interchange formats, as fields of raw bits. Values of the narrower one stand in
 * the low 32 bits of a long, zero-extended.
 */
enum Format {
    SINGLE(32, 24),
    DOUBLE(64, 53);

    private static final long BOX = 0xffff_ffff_0000_0000L;

    /** Bits of a significand, the leading one included. */
    final int precision;

    final int bias;
    final long signBit;

    /** Bits of positive infinity; a greater magnitude is a NaN. */
    final long infinity;

    final long quietBit;
    final long canonicalNan;
    final long one;

    Format(int width, int precision) {
        this.precision = precision;
        bias = (1 << (width - precision - 1)) - 1;
        signBit = 1L << (width - 1);
        infinity = signBit - (1L << (precision - 1));
        quietBit = 1L << (precision - 2);
        canonicalNan = infinity | quietBit;
        one = (long) bias << (precision - 1);
    }

    /** Returns what a register holds for {@code bits} (unprivileged manual, "NaN Boxing"). */
    long box(long bits) {
        return this == SINGLE ? bits | BOX : bits;
    }

    /** Returns what a register holds in this format: a NaN if it is not boxed. */
    long unbox(long register) {
        if (this == DOUBLE) {
            return register;
        }
        return (register & BOX) == BOX ? register & ~BOX : canonicalNan;
    }

    /** Returns the exponent of the largest finite values. */
    int maxExponent() {
        return bias;
    }

    /** Returns the exponent of the smallest normal values. */
    int minExponent() {
        return 1 - bias;
    }

    long magnitude(long bits) {
        return bits & (signBit - 1);
    }

    long sign(long bits) {
        return bits & signBit;
    }

    long negate(long bits) {
        return bits ^ signBit;
    }

    boolean isNegative(long bits) {
        return (bits & signBit) != 0;
    }

    boolean isZero(long bits) {
        return magnitude(bits) == 0;
    }

    /** Returns whether the value is finite and not zero. */
    boolean isOrdinary(long bits) {
        return Long.compareUnsigned(magnitude(bits) - 1, infinity - 1) < 0;
    }

    boolean isInfinite(long bits) {
        return magnitude(bits) == infinity;
    }

    boolean isNan(long bits) {
        return magnitude(bits) > infinity;
    }

    boolean isSignaling(long bits) {
        return isNan(bits) && (bits & quietBit) == 0;
    }

    /** Returns e of a finite value 2^e * 1.f that is not zero. */
    int exponent(long bits) {
        return Math.max(exponentField(bits), 1) - bias + Long.SIZE - precision - spareBits(bits);
    }

    /** Returns 1.f of a finite value 2^e * 1.f that is not zero, as a multiple of 2^-63. */
    long significand(long bits) {
        return integer(bits) << spareBits(bits);
    }

    private int spareBits(long bits) {
        return Long.numberOfLeadingZeros(integer(bits));
    }

    /**
     * Returns the significand as an integer: the fraction with the implicit bit of normal values.
     */
    private long integer(long bits) {
        long fraction = bits & ((1L << (precision - 1)) - 1);
        return exponentField(bits) == 0 ? fraction : fraction | 1L << (precision - 1);
    }

    private int exponentField(long bits) {
        return (int) (magnitude(bits) >>> (precision - 1));
    }
}
