package dev.lockstep.recomp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * IEEE 754 rounding from its definition: the two neighbours of an exact value, and which of them it
 * is. Knows finite values only. Independent of how the recompiler rounds.
 */
final class RoundingModel {
    private static final BigDecimal TWO = BigDecimal.TWO;
    private static final int SCALING = 200;

    /** Enough that no quotient or root of doubles is closer to a boundary without being on it. */
    private static final MathContext LONG = new MathContext(150, RoundingMode.DOWN);

    private final Format format;
    private final boolean single;
    private final int mode;

    /** What an operation gives: raw bits and accrued flags. */
    record Outcome(long bits, int flags) {}

    RoundingModel(Format format, int mode) {
        this.format = format;
        single = format.equals(Format.SINGLE);
        this.mode = mode;
    }

    static BigDecimal quotient(BigDecimal a, BigDecimal b) {
        // Near 1 an exact quotient has few decimals, and none of them is cut off.
        int exponentA = exponent(a);
        int exponentB = exponent(b);
        BigDecimal x = scale(a, -exponentA);
        BigDecimal y = scale(b, -exponentB);
        BigDecimal quotient = x.divide(y, LONG);
        boolean cut = quotient.multiply(y).compareTo(x) != 0;
        return scale(withRest(quotient, cut), exponentA - exponentB);
    }

    static BigDecimal root(BigDecimal a) {
        int half = Math.floorDiv(exponent(a), 2);
        BigDecimal x = scale(a, -2 * half);
        BigDecimal root = x.sqrt(LONG);
        boolean cut = root.multiply(root).compareTo(x) != 0;
        return scale(withRest(root, cut), half);
    }

    private static int exponent(BigDecimal value) {
        return Math.getExponent(value.doubleValue());
    }

    /** Returns {@code value * 2^exponent}, exactly. */
    private static BigDecimal scale(BigDecimal value, int exponent) {
        BigDecimal factor = TWO.pow(Math.abs(exponent));
        return exponent < 0 ? value.divide(factor, MathContext.UNLIMITED) : value.multiply(factor);
    }

    /** Returns the value, a little farther from zero if it was cut off. */
    private static BigDecimal withRest(BigDecimal value, boolean cut) {
        BigDecimal rest = value.ulp().movePointLeft(1).multiply(BigDecimal.valueOf(value.signum()));
        return cut ? value.add(rest) : value;
    }

    /** Rounds a value that is not zero. */
    Outcome round(BigDecimal exact) {
        BigDecimal magnitude = exact.abs();
        boolean negative = exact.signum() < 0;
        double max = single ? Float.MAX_VALUE : Double.MAX_VALUE;
        boolean far = magnitude.compareTo(new BigDecimal(max).multiply(TWO)) > 0;
        if (far || roundScaled(magnitude, -SCALING, negative) > Math.scalb(max, -SCALING)) {
            double result = overflowed(negative) ? Double.POSITIVE_INFINITY : max;
            return outcome(result, negative, Flags.OVERFLOW | Flags.INEXACT);
        }
        double result = round(magnitude, negative);
        if (new BigDecimal(result).compareTo(magnitude) == 0) {
            return outcome(result, negative, 0);
        }
        double normal = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
        boolean near = result <= 2 * normal;
        boolean tiny =
                near && roundScaled(magnitude, SCALING, negative) < Math.scalb(normal, SCALING);
        return outcome(result, negative, tiny ? Flags.UNDERFLOW | Flags.INEXACT : Flags.INEXACT);
    }

    /** Rounds where the range has no end, by moving the value away from there. */
    private double roundScaled(BigDecimal magnitude, int exponent, boolean negative) {
        int scaling = single ? exponent / 2 : exponent;
        double rounded = round(scale(magnitude, scaling), negative);
        return Math.scalb(rounded, exponent - scaling);
    }

    private boolean overflowed(boolean negative) {
        return switch (mode) {
            case Rounding.TOWARD_ZERO -> false;
            case Rounding.DOWN -> negative;
            case Rounding.UP -> !negative;
            default -> true;
        };
    }

    private double round(BigDecimal magnitude, boolean negative) {
        double below = below(magnitude);
        BigDecimal gap = new BigDecimal(single ? Math.ulp((float) below) : Math.ulp(below));
        BigDecimal middle = new BigDecimal(below).add(gap.divide(TWO, MathContext.UNLIMITED));
        int comparison = magnitude.compareTo(middle);
        boolean exact = new BigDecimal(below).compareTo(magnitude) == 0;
        boolean even = (bits(below) & 1) == 0;
        boolean up =
                switch (mode) {
                    case Rounding.NEAREST_EVEN -> comparison > 0 || (comparison == 0 && !even);
                    case Rounding.NEAREST_MAX_MAGNITUDE -> comparison >= 0;
                    case Rounding.DOWN -> negative;
                    case Rounding.UP -> !negative;
                    default -> false;
                };
        return exact || !up ? below : next(below);
    }

    /** Returns the greatest number of the format that is not above the value. */
    private double below(BigDecimal magnitude) {
        double near = single ? magnitude.floatValue() : magnitude.doubleValue();
        boolean above = Double.isInfinite(near) || new BigDecimal(near).compareTo(magnitude) > 0;
        return above ? previous(near) : near;
    }

    private double next(double value) {
        return single ? Math.nextUp((float) value) : Math.nextUp(value);
    }

    private double previous(double value) {
        return single ? Math.nextDown((float) value) : Math.nextDown(value);
    }

    private long bits(double value) {
        return single
                ? Integer.toUnsignedLong(Float.floatToRawIntBits((float) value))
                : Double.doubleToRawLongBits(value);
    }

    private Outcome outcome(double magnitude, boolean negative, int flags) {
        return new Outcome(format.withSign(bits(magnitude), negative), flags);
    }
}
