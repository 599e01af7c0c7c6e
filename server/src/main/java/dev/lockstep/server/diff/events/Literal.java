package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** Values that a {@link Renaming} leaves as they are. */
public sealed interface Literal {
    /** Returns whether the value is one of these; null when there is none. */
    boolean matches(@Nullable JsonValue value);

    /** No value, present or absent. */
    record Nothing() implements Literal {
        @Override
        public boolean matches(@Nullable JsonValue value) {
            return value == null || value instanceof JsonValue.Null;
        }
    }

    /** One text. */
    record Exactly(String text) implements Literal {
        @Override
        public boolean matches(@Nullable JsonValue value) {
            return value instanceof JsonValue.Text it && it.value().equals(text);
        }
    }

    /**
     * Whole numbers, however they are written, also as hexadecimal texts: {@code 0.0}, {@code
     * "0x103"}.
     *
     * @param first the smallest
     * @param last the greatest
     */
    record Numbers(BigInteger first, BigInteger last) implements Literal {
        private static final Pattern HEXADECIMAL = Pattern.compile("0[xX]([0-9a-fA-F]{1,32})");

        /** Checks the order. */
        public Numbers {
            if (first.compareTo(last) > 0) {
                throw new IllegalArgumentException(
                        "%s to %s is empty (expected: the smaller one first)"
                                .formatted(first, last));
            }
        }

        @Override
        public boolean matches(@Nullable JsonValue value) {
            return number(value).filter(this::contains).isPresent();
        }

        private boolean contains(BigDecimal number) {
            return number.compareTo(new BigDecimal(first)) >= 0
                    && number.compareTo(new BigDecimal(last)) <= 0
                    && number.stripTrailingZeros().scale() <= 0;
        }

        private static Optional<BigDecimal> number(@Nullable JsonValue value) {
            return switch (value) {
                case JsonValue.Int(var number) -> Optional.of(new BigDecimal(number));
                case JsonValue.Bool(boolean bool) ->
                        Optional.of(bool ? BigDecimal.ONE : BigDecimal.ZERO);
                case JsonValue.Real(double real) when Double.isFinite(real) ->
                        Optional.of(new BigDecimal(real));
                case JsonValue.Text text -> hexadecimal(text.value());
                case null, default -> Optional.empty();
            };
        }

        private static Optional<BigDecimal> hexadecimal(String text) {
            var matcher = HEXADECIMAL.matcher(text);
            return matcher.matches()
                    ? Optional.of(new BigDecimal(new BigInteger(matcher.group(1), 16)))
                    : Optional.empty();
        }
    }
}
