package dev.lockstep.server.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's way to write a float: the shortest digits that read as the same again. */
final class PythonFloat {
    /** The decimal exponents that are written out rather than with an exponent. */
    private static final int LEAST_PLAIN_EXPONENT = -4;

    private static final int MOST_PLAIN_EXPONENT = 15;

    private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);

    private PythonFloat() {}

    static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        double magnitude = Math.abs(value);
        if (Double.isInfinite(magnitude)) {
            return sign + "inf";
        }
        return sign + (magnitude == 0 ? "0.0" : layout(shortest(magnitude)));
    }

    private static String layout(BigDecimal decimal) {
        String digits = decimal.unscaledValue().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        if (exponent >= LEAST_PLAIN_EXPONENT && exponent <= MOST_PLAIN_EXPONENT) {
            String plain = decimal.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String exponentSign = exponent < 0 ? "-" : "+";
        return "%s%s".formatted(digits.charAt(0), fraction)
                + "e%s%02d".formatted(exponentSign, Math.abs(exponent));
    }

    /** Java's digits are as few as possible, too, but never less than two: it writes 4.9E-324. */
    private static BigDecimal shortest(double value) {
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (digits.precision() == 2) {
            BigDecimal one = new BigDecimal(value).round(ONE_DIGIT);
            return one.doubleValue() == value ? one.stripTrailingZeros() : digits;
        }
        return digits;
    }
}
