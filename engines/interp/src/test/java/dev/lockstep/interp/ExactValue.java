package dev.lockstep.interp;

import java.math.BigInteger;

/**
 * What an operation on finite values gives before it is rounded: {@code integer * 2^exponent}, and
 * if {@code more}, a little farther from zero than that. Rounds by the definition, with integers of
 * any size, as a second opinion on {@link SoftFloat}.
 */
record ExactValue(BigInteger integer, int exponent, boolean more) {
    /** Bits of a quotient or root beyond those of the operands. */
    private static final int EXTRA_BITS = 256;

    private static final int FINE_BITS = 64;

    /** A rounded value and the flags that rounding it raised. */
    record Rounded(long bits, int flags) {}

    static ExactValue of(Format format, long bits) {
        long magnitude = format.magnitude(bits);
        long unit = 1L << (format.precision - 1);
        long field = magnitude / unit;
        long fraction = magnitude % unit;
        BigInteger integer = BigInteger.valueOf(field == 0 ? fraction : fraction + unit);
        int exponent = (int) Math.max(field, 1) - format.bias - format.precision + 1;
        return new ExactValue(
                format.isNegative(bits) ? integer.negate() : integer, exponent, false);
    }

    ExactValue plus(ExactValue other) {
        int common = Math.min(exponent, other.exponent);
        BigInteger sum =
                integer.shiftLeft(exponent - common)
                        .add(other.integer.shiftLeft(other.exponent - common));
        return new ExactValue(sum, common, false);
    }

    ExactValue times(ExactValue other) {
        return new ExactValue(integer.multiply(other.integer), exponent + other.exponent, false);
    }

    ExactValue dividedBy(ExactValue other) {
        BigInteger[] quotient = integer.shiftLeft(EXTRA_BITS).divideAndRemainder(other.integer);
        return new ExactValue(
                quotient[0], exponent - other.exponent - EXTRA_BITS, quotient[1].signum() != 0);
    }

    ExactValue squareRoot() {
        int shift = EXTRA_BITS + (exponent & 1);
        BigInteger[] root = integer.shiftLeft(shift).sqrtAndRemainder();
        return new ExactValue(root[0], (exponent - shift) / 2, root[1].signum() != 0);
    }

    ExactValue magnitude() {
        return new ExactValue(integer.abs(), exponent, more);
    }

    boolean isZero() {
        return integer.signum() == 0;
    }

    /** Rounds a value that is not zero. */
    Rounded round(Format format, Rounding mode) {
        int leading = exponent + integer.abs().bitLength() - 1;
        int place = Math.max(leading, format.minExponent()) - format.precision + 1;
        BigInteger whole = roundAt(place, mode);
        if (whole.bitLength() + place - 1 > format.maxExponent()) {
            return overflow(format, mode);
        }
        long unit = 1L << (format.precision - 1);
        long field = (long) place + format.precision - 1 + format.bias;
        long bits = sign(format) | ((field - 1) * unit + whole.longValueExact());
        return new Rounded(bits, isInexactAt(place) ? inexactFlags(format, leading, mode) : 0);
    }

    /** Tiny is what would be below the normal range if its exponent were not bounded. */
    private int inexactFlags(Format format, int leading, Rounding mode) {
        int place = leading - format.precision + 1;
        boolean tiny = roundAt(place, mode).bitLength() + place - 1 < format.minExponent();
        return tiny ? SoftFloat.INEXACT | SoftFloat.UNDERFLOW : SoftFloat.INEXACT;
    }

    private Rounded overflow(Format format, Rounding mode) {
        boolean away =
                switch (mode) {
                    case NEAREST_EVEN, NEAREST_AWAY -> true;
                    case TO_ZERO -> false;
                    case DOWN -> integer.signum() < 0;
                    case UP -> integer.signum() > 0;
                };
        return new Rounded(
                sign(format) | (away ? format.infinity : format.infinity - 1),
                SoftFloat.OVERFLOW | SoftFloat.INEXACT);
    }

    /** Returns the magnitude as a multiple of 2^place. */
    private BigInteger roundAt(int place, Rounding mode) {
        BigInteger whole = truncatedAt(place);
        BigInteger half = BigInteger.ONE.shiftLeft(place - exponent + FINE_BITS - 1);
        int order = restAt(place).compareTo(half);
        int toHalf = order == 0 && more ? 1 : order;
        boolean up =
                switch (mode) {
                    case NEAREST_EVEN -> toHalf > 0 || (toHalf == 0 && whole.testBit(0));
                    case NEAREST_AWAY -> toHalf >= 0;
                    case TO_ZERO -> false;
                    case DOWN -> integer.signum() < 0 && isInexactAt(place);
                    case UP -> integer.signum() > 0 && isInexactAt(place);
                };
        return up ? whole.add(BigInteger.ONE) : whole;
    }

    private BigInteger truncatedAt(int place) {
        return fine().shiftRight(place - exponent + FINE_BITS);
    }

    private BigInteger restAt(int place) {
        return fine().subtract(truncatedAt(place).shiftLeft(place - exponent + FINE_BITS));
    }

    private boolean isInexactAt(int place) {
        return more || restAt(place).signum() != 0;
    }

    /** Returns the magnitude in units so small that every last place is a multiple of them. */
    private BigInteger fine() {
        return integer.abs().shiftLeft(FINE_BITS);
    }

    private long sign(Format format) {
        return integer.signum() < 0 ? format.signBit : 0;
    }
}
