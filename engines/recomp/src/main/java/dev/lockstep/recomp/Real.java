package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

import java.math.BigInteger;

/**
 * The exact result of an operation before it is rounded: {@code (magnitude + rest) * 2^exponent},
 * with a rest of 0, or between 0 and 1 if {@code sticky}. A sticky one has at least two bits more
 * than the format it will be rounded to.
 */
record Real(boolean negative, BigInteger magnitude, int exponent, boolean sticky) {

    static Real of(long value) {
        return new Real(value < 0, BigInteger.valueOf(value).abs(), 0, false);
    }

    static Real ofUnsigned(long value) {
        return new Real(false, new BigInteger(Long.toUnsignedString(value)), 0, false);
    }

    boolean isZero() {
        return magnitude.signum() == 0 && !sticky;
    }

    /** Returns the exact product; neither factor is sticky. */
    Real times(Real other) {
        return new Real(
                negative != other.negative,
                magnitude.multiply(other.magnitude),
                exponent + other.exponent,
                false);
    }

    /** Returns the exact sum, positive when it is zero; neither term is sticky. */
    Real plus(Real other) {
        int quantum = Math.min(exponent, other.exponent);
        BigInteger sum = signedAt(quantum).add(other.signedAt(quantum));
        return new Real(sum.signum() < 0, sum.abs(), quantum, false);
    }

    private BigInteger signedAt(int quantum) {
        BigInteger shifted = magnitude.shiftLeft(exponent - quantum);
        return negative ? shifted.negate() : shifted;
    }

    /**
     * Returns the bits of the value rounded to a format, and accrues overflow, underflow and
     * inexact.
     */
    long round(Format format, int mode, Hart hart) {
        int length = magnitude.bitLength();
        int quantum = Math.max(exponent + length - format.precision(), format.minQuantum());
        BigInteger significand = roundTo(quantum, mode);
        if (significand.bitLength() > format.precision()) {
            significand = significand.shiftRight(1);
            quantum++;
        }
        if (quantum > format.maxQuantum()) {
            hart.fflags |= Flags.OVERFLOW | Flags.INEXACT;
            return overflow(format, mode);
        }
        if (isInexactAt(quantum)) {
            hart.fflags |= isTiny(format, mode) ? Flags.UNDERFLOW | Flags.INEXACT : Flags.INEXACT;
        }
        return format.encode(negative, significand.longValueExact(), quantum);
    }

    private long overflow(Format format, int mode) {
        boolean towardZero =
                mode == Rounding.TOWARD_ZERO || mode == (negative ? Rounding.UP : Rounding.DOWN);
        return format.withSign(towardZero ? format.infinity() - 1 : format.infinity(), negative);
    }

    /**
     * Returns whether the value lies below the normal range after it was rounded as if exponents
     * had no bound ("F" extension: tininess is detected after rounding).
     */
    private boolean isTiny(Format format, int mode) {
        int quantum = exponent + magnitude.bitLength() - format.precision();
        int top = roundTo(quantum, mode).bitLength() + quantum;
        return top < format.minQuantum() + format.precision();
    }

    private boolean isInexactAt(int quantum) {
        boolean bitsBelow =
                magnitude.signum() != 0 && magnitude.getLowestSetBit() < quantum - exponent;
        return sticky || bitsBelow;
    }

    /** Returns the integer multiple of {@code 2^quantum} that the value is rounded to. */
    private BigInteger roundTo(int quantum, int mode) {
        int shift = quantum - exponent;
        BigInteger truncated = magnitude.shiftRight(shift);
        return isInexactAt(quantum) && isRoundedAway(truncated, shift, mode)
                ? truncated.add(BigInteger.ONE)
                : truncated;
    }

    private boolean isRoundedAway(BigInteger truncated, int shift, int mode) {
        boolean half = magnitude.testBit(shift - 1);
        boolean aboveHalf = half && (sticky || magnitude.getLowestSetBit() < shift - 1);
        return switch (mode) {
            case Rounding.NEAREST_EVEN -> aboveHalf || (half && truncated.testBit(0));
            case Rounding.TOWARD_ZERO -> false;
            case Rounding.DOWN -> negative;
            case Rounding.UP -> !negative;
            case Rounding.NEAREST_MAX_MAGNITUDE -> half;
            default -> throw new IllegalArgumentException("mode: " + mode + " (expected: 0 to 4)");
        };
    }
}
