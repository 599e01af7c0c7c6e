package dev.lockstep.interp;

/**
 * IEEE 754 arithmetic of one format on raw bits, by integers alone, with the choices that the
 * RISC-V manual makes: NaNs are canonical and tininess is detected after rounding.
 *
 * <p>Between unpacking and rounding a finite value is sign, exponent and a fixed-point magnitude of
 * 128 bits whose bit 126 weighs 2^exponent, so that a sum cannot overflow.
 */
final class SoftFloat {
    static final int INEXACT = 1;
    static final int UNDERFLOW = 2;
    static final int OVERFLOW = 4;
    static final int DIVIDE_BY_ZERO = 8;
    static final int INVALID = 16;

    /** Quotient bits that one step of {@link #divide} yields; a remainder has 53 bits. */
    private static final int QUOTIENT_STEP_BITS = 10;

    private static final int QUOTIENT_STEPS = 6;

    /** Pairs of root bits below the binary point: enough for 53 bits and the rounding. */
    private static final int ROOT_FRACTION_BITS = 30;

    private final Format format;
    private int raised;

    SoftFloat(Format format) {
        this.format = format;
    }

    Format format() {
        return format;
    }

    /** Returns the flags raised since the last call, in the layout of fflags. */
    int takeFlags() {
        int flags = raised;
        raised = 0;
        return flags;
    }

    /** Raises invalid and returns the canonical NaN. */
    long invalid() {
        raised |= INVALID;
        return format.canonicalNan;
    }

    void inexact() {
        raised |= INEXACT;
    }

    /** An exact product with one, so that all sums are rounded in one place. */
    long add(long a, long b, Rounding mode) {
        return multiplyAdd(a, format.one, b, mode);
    }

    /** A sum with the zero that has the product's sign, which changes nothing. */
    long multiply(long a, long b, Rounding mode) {
        return multiplyAdd(a, b, format.sign(a ^ b), mode);
    }

    /** Returns a * b + c, rounded once. */
    long multiplyAdd(long a, long b, long c, Rounding mode) {
        boolean addendIsFinite = format.magnitude(c) < format.infinity;
        return format.isOrdinary(a) && format.isOrdinary(b) && addendIsFinite
                ? ordinaryMultiplyAdd(a, b, c, mode)
                : specialMultiplyAdd(a, b, c, mode);
    }

    private long specialMultiplyAdd(long a, long b, long c, Rounding mode) {
        boolean noProduct =
                (format.isInfinite(a) && format.isZero(b))
                        || (format.isZero(a) && format.isInfinite(b));
        if (noProduct) {
            return invalid(); // even if c is a quiet NaN ("Fused Multiply-Add")
        }
        if (format.isNan(a) || format.isNan(b) || format.isNan(c)) {
            return nan(a, b, c);
        }
        long sign = format.sign(a ^ b);
        if (format.isInfinite(a) || format.isInfinite(b)) {
            boolean opposed = format.isInfinite(c) && format.sign(c) != sign;
            return opposed ? invalid() : sign | format.infinity;
        }
        if (format.isInfinite(c)) {
            return c;
        }
        return format.isZero(c) ? zeroSum(sign, format.sign(c), mode) : c; // 0 + c
    }

    private long ordinaryMultiplyAdd(long a, long b, long c, Rounding mode) {
        boolean negative = format.isNegative(a ^ b);
        // Half of a's significand loses nothing: at most 53 of the 64 bits are in use.
        long half = format.significand(a) >>> 1;
        long other = format.significand(b);
        int exponent = format.exponent(a) + format.exponent(b) + 1;
        long high = Math.unsignedMultiplyHigh(half, other);
        long low = half * other;
        if (format.isZero(c)) {
            return round(negative, exponent, high, low, mode);
        }
        long addend = format.significand(c) >>> 1;
        boolean addendNegative = format.isNegative(c);
        int distance = exponent - format.exponent(c);
        return distance >= 0
                ? sum(negative, exponent, high, low, addendNegative, distance, addend, 0, mode)
                : sum(
                        addendNegative,
                        exponent - distance,
                        addend,
                        0,
                        negative,
                        -distance,
                        high,
                        low,
                        mode);
    }

    /** Adds a second value whose exponent is {@code distance} less than the first one's. */
    private long sum(
            boolean negative,
            int exponent,
            long high,
            long low,
            boolean otherNegative,
            int distance,
            long otherHigh,
            long otherLow,
            Rounding mode) {
        long shiftedHigh = Wide.shiftedHigh(otherHigh, distance);
        long shiftedLow = Wide.shiftedLow(otherHigh, otherLow, distance);
        if (negative == otherNegative) {
            long sumLow = low + shiftedLow;
            long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
            return round(negative, exponent, high + shiftedHigh + carry, sumLow, mode);
        }
        long restLow = low - shiftedLow;
        long borrow = Long.compareUnsigned(low, shiftedLow) < 0 ? 1 : 0;
        long restHigh = high - shiftedHigh - borrow;
        if ((restHigh | restLow) == 0) {
            return zero(mode == Rounding.DOWN);
        }
        return restHigh >= 0
                ? round(negative, exponent, restHigh, restLow, mode)
                : round(
                        otherNegative,
                        exponent,
                        ~restHigh + (restLow == 0 ? 1 : 0),
                        -restLow,
                        mode);
    }

    long divide(long a, long b, Rounding mode) {
        if (format.isNan(a) || format.isNan(b)) {
            return nan(a, b, b);
        }
        long sign = format.sign(a ^ b);
        if (format.isInfinite(a)) {
            return format.isInfinite(b) ? invalid() : sign | format.infinity;
        }
        if (format.isInfinite(b)) {
            return sign;
        }
        if (format.isZero(b)) {
            return format.isZero(a) ? invalid() : infiniteQuotient(sign);
        }
        return format.isZero(a) ? sign : finiteQuotient(a, b, mode);
    }

    private long infiniteQuotient(long sign) {
        raised |= DIVIDE_BY_ZERO;
        return sign | format.infinity;
    }

    private long finiteQuotient(long a, long b, Rounding mode) {
        long dividend = integer(a);
        long divisor = integer(b);
        long quotient = dividend / divisor;
        long rest = dividend % divisor;
        for (int step = 0; step < QUOTIENT_STEPS; step++) {
            long next = rest << QUOTIENT_STEP_BITS;
            quotient = quotient << QUOTIENT_STEP_BITS | next / divisor;
            rest = next % divisor;
        }
        int unit = Long.SIZE - 2 - QUOTIENT_STEPS * QUOTIENT_STEP_BITS;
        int exponent = format.exponent(a) - format.exponent(b);
        return round(format.isNegative(a ^ b), exponent, quotient << unit, Wide.sticky(rest), mode);
    }

    long squareRoot(long a, Rounding mode) {
        if (format.isNan(a)) {
            return nan(a, a, a);
        }
        if (format.isZero(a)) {
            return a;
        }
        if (format.isNegative(a)) {
            return invalid();
        }
        return format.isInfinite(a) ? a : finiteRoot(a, mode);
    }

    /** Finds the root bit by bit, bringing down two bits of the radicand for each, as on paper. */
    private long finiteRoot(long a, Rounding mode) {
        int odd = format.exponent(a) & 1;
        long radicand = integer(a) << odd;
        int wholeBits = Format.DOUBLE.precision / 2;
        long root = 0;
        long rest = 0;
        for (int pair = wholeBits; pair >= -ROOT_FRACTION_BITS; pair--) {
            rest = rest << 2 | (pair >= 0 ? radicand >>> (2 * pair) & 3 : 0);
            long trial = root << 2 | 1;
            root <<= 1;
            if (rest >= trial) {
                rest -= trial;
                root |= 1;
            }
        }
        int unit = Long.SIZE - 2 - wholeBits - ROOT_FRACTION_BITS;
        int exponent = (format.exponent(a) - odd) / 2;
        return round(false, exponent, root << unit, Wide.sticky(rest), mode);
    }

    /** Returns the significand of a finite value as an integer of 53 bits, whatever the format. */
    private long integer(long bits) {
        return format.significand(bits) >>> (Long.SIZE - Format.DOUBLE.precision);
    }

    /**
     * Returns the nearest value to a magnitude of 128 bits, not zero, whose bit 126 weighs
     * 2^exponent.
     */
    private long round(boolean negative, int exponent, long high, long low, Rounding mode) {
        int zeros = Wide.leadingZeros(high, low);
        return pack(negative, exponent + 1 - zeros, Wide.normalized(high, low, zeros), mode);
    }

    /**
     * Rounds and packs a value.
     *
     * @param significand normalized: bit 63 is set and weighs 2^exponent; bit 0 is sticky
     */
    long pack(boolean negative, int exponent, long significand, Rounding mode) {
        int spare = Long.SIZE - format.precision;
        int denormal = Math.max(format.minExponent() - exponent, 0);
        long shifted = Wide.shiftedSticky(significand, denormal);
        long rounded = mode.shorten(negative, shifted, spare);
        long field = (long) Math.max(exponent, format.minExponent()) + format.bias - 1;
        // The leading bit of a normal value, or a carry, adds itself to the exponent field.
        long magnitude = (field << (format.precision - 1)) + rounded;
        if (exponent > format.maxExponent() || magnitude >= format.infinity) {
            return overflow(negative, mode);
        }
        if (shifted << format.precision != 0) {
            raised |= INEXACT;
            boolean reachesNormal =
                    denormal == 1
                            && mode.shorten(negative, significand, spare) >>> format.precision != 0;
            raised |= denormal > 0 && !reachesNormal ? UNDERFLOW : 0;
        }
        return negative ? magnitude | format.signBit : magnitude;
    }

    private long overflow(boolean negative, Rounding mode) {
        raised |= OVERFLOW | INEXACT;
        boolean away = mode.round(negative, 1, -1) > 1;
        long magnitude = away ? format.infinity : format.infinity - 1;
        return negative ? magnitude | format.signBit : magnitude;
    }

    /** Returns the canonical NaN and raises invalid if an operand is a signaling NaN. */
    long nan(long a, long b, long c) {
        boolean signaling = format.isSignaling(a) || format.isSignaling(b) || format.isSignaling(c);
        return signaling ? invalid() : format.canonicalNan;
    }

    private long zeroSum(long sign, long otherSign, Rounding mode) {
        return sign == otherSign ? sign : zero(mode == Rounding.DOWN);
    }

    private long zero(boolean negative) {
        return negative ? format.signBit : 0;
    }
}
