package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

import java.math.BigInteger;

/**
 * Floating-point arithmetic by integers of any length: right for every operand, rounding mode and
 * flag. The host's floating point ({@link Doubles}, {@link Singles}) hands over what it cannot do.
 */
final class ExactArithmetic {
    private ExactArithmetic() {}

    static long add(Format format, long a, long b, int mode, Hart hart) {
        long one = format.encode(false, 1L << format.fractionBits(), -format.fractionBits());
        return multiplyAdd(format, a, one, b, mode, hart);
    }

    /** Multiplies by adding a zero of the product's sign, which changes no product. */
    static long multiply(Format format, long a, long b, int mode, Hart hart) {
        long zero = (a ^ b) & format.signBit();
        return multiplyAdd(format, a, b, zero, mode, hart);
    }

    /** Returns {@code a * b + c}, rounded once. */
    static long multiplyAdd(Format format, long a, long b, long c, int mode, Hart hart) {
        boolean negative = format.isNegative(a) != format.isNegative(b);
        boolean infiniteProduct = format.isInfinite(a) || format.isInfinite(b);
        if (infiniteProduct && (format.isZero(a) || format.isZero(b))) {
            return invalid(format, hart);
        }
        if (format.isNaN(a) || format.isNaN(b) || format.isNaN(c)) {
            return propagate(format, hart, a, b, c);
        }
        if (infiniteProduct) {
            boolean opposed = format.isInfinite(c) && format.isNegative(c) != negative;
            return opposed ? invalid(format, hart) : format.withSign(format.infinity(), negative);
        }
        if (format.isInfinite(c)) {
            return c;
        }
        Real sum = format.toReal(a).times(format.toReal(b)).plus(format.toReal(c));
        if (sum.isZero()) {
            boolean sameSign = negative == format.isNegative(c);
            return format.withSign(0, sameSign ? negative : mode == Rounding.DOWN);
        }
        return sum.round(format, mode, hart);
    }

    static long divide(Format format, long a, long b, int mode, Hart hart) {
        if (format.isNaN(a) || format.isNaN(b)) {
            return propagate(format, hart, a, b, b);
        }
        boolean negative = format.isNegative(a) != format.isNegative(b);
        if (format.isInfinite(a)) {
            return format.isInfinite(b)
                    ? invalid(format, hart)
                    : format.withSign(format.infinity(), negative);
        }
        if (format.isZero(b)) {
            if (format.isZero(a)) {
                return invalid(format, hart);
            }
            hart.fflags |= Flags.DIVIDE_BY_ZERO;
            return format.withSign(format.infinity(), negative);
        }
        if (format.isZero(a) || format.isInfinite(b)) {
            return format.withSign(0, negative);
        }
        return quotient(format, format.toReal(a), format.toReal(b)).round(format, mode, hart);
    }

    private static Real quotient(Format format, Real a, Real b) {
        int shift = 2 * format.precision() + 2;
        BigInteger[] result = a.magnitude().shiftLeft(shift).divideAndRemainder(b.magnitude());
        return new Real(
                a.negative() != b.negative(),
                result[0],
                a.exponent() - b.exponent() - shift,
                result[1].signum() != 0);
    }

    static long squareRoot(Format format, long a, int mode, Hart hart) {
        if (format.isNaN(a)) {
            return propagate(format, hart, a, a, a);
        }
        if (format.isZero(a)) {
            return a;
        }
        if (format.isNegative(a)) {
            return invalid(format, hart);
        }
        return format.isInfinite(a) ? a : root(format, format.toReal(a)).round(format, mode, hart);
    }

    private static Real root(Format format, Real a) {
        int shift = 2 * format.precision() + 4 + (a.exponent() & 1);
        BigInteger[] result = a.magnitude().shiftLeft(shift).sqrtAndRemainder();
        return new Real(false, result[0], (a.exponent() - shift) / 2, result[1].signum() != 0);
    }

    /** Returns the single nearest to a double in the sense of {@code mode}. */
    static long narrow(long a, int mode, Hart hart) {
        Format from = Format.DOUBLE;
        Format to = Format.SINGLE;
        if (from.isNaN(a)) {
            propagate(from, hart, a, a, a);
            return to.canonicalNaN();
        }
        if (from.isInfinite(a) || from.isZero(a)) {
            long magnitude = from.isZero(a) ? 0 : to.infinity();
            return to.withSign(magnitude, from.isNegative(a));
        }
        return from.toReal(a).round(to, mode, hart);
    }

    /** Returns the canonical NaN for an operation on NaNs, invalid if one of them is signaling. */
    private static long propagate(Format format, Hart hart, long a, long b, long c) {
        if (format.isSignalingNaN(a) || format.isSignalingNaN(b) || format.isSignalingNaN(c)) {
            hart.fflags |= Flags.INVALID;
        }
        return format.canonicalNaN();
    }

    private static long invalid(Format format, Hart hart) {
        hart.fflags |= Flags.INVALID;
        return format.canonicalNaN();
    }
}
