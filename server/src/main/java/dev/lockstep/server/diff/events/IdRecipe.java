package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How an engine makes the id of an object that is nobody's own: FNV-1a with 64 bits over numbers,
 * each in so many bytes, the lowest first; written as 16 hexadecimal digits in lower case.
 *
 * @param kind of the events that tell of such objects
 * @param field of the payload that has the id
 * @param words what goes in, in order
 */
public record IdRecipe(KindPattern kind, String field, List<Word> words) {
    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /**
     * A number that goes in, cut to its width.
     *
     * @param byteCount 4 or 8
     * @param source where the number comes from
     */
    public record Word(int byteCount, Source source) {}

    /** Where a number comes from. */
    public sealed interface Source {
        /** Returns it, empty if the payload has none. */
        OptionalLong in(JsonValue.Struct payload);

        /** Always the same. */
        record Constant(long value) implements Source {
            @Override
            public OptionalLong in(JsonValue.Struct payload) {
                return OptionalLong.of(value);
            }
        }

        /** A field whose value is an integer. */
        record IntegerField(String name) implements Source {
            @Override
            public OptionalLong in(JsonValue.Struct payload) {
                return payload.members().get(name) instanceof JsonValue.Int number
                        ? OptionalLong.of(number.value().longValue())
                        : OptionalLong.empty();
            }
        }

        /**
         * A field whose value is a text in hexadecimal, as Python's {@code int(text, 16)} reads it.
         */
        record HexadecimalField(String name) implements Source {
            private static final Pattern DIGITS =
                    Pattern.compile("\\s*([+-]?)(?:0[xX]_?)?([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)\\s*");
            private static final int MAX_CHARACTERS = 1024;

            @Override
            public OptionalLong in(JsonValue.Struct payload) {
                return payload.members().get(name) instanceof JsonValue.Text text
                                && text.value().length() <= MAX_CHARACTERS
                        ? parse(text.value())
                        : OptionalLong.empty();
            }

            private static OptionalLong parse(String text) {
                var matcher = DIGITS.matcher(text);
                if (!matcher.matches()) {
                    return OptionalLong.empty();
                }
                var number =
                        new BigInteger(matcher.group(1) + matcher.group(2).replace("_", ""), 16);
                return OptionalLong.of(number.longValue());
            }
        }
    }

    /** Copies. */
    public IdRecipe {
        words = List.copyOf(words);
    }

    /** Returns the id of an event if the recipe makes it. */
    Optional<String> made(String eventKind, JsonValue.Struct payload) {
        if (!kind.matches(eventKind)
                || !(payload.members().get(field) instanceof JsonValue.Text id)) {
            return Optional.empty();
        }
        long hash = OFFSET_BASIS;
        for (Word word : words) {
            OptionalLong value = word.source().in(payload);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            hash = added(hash, value.getAsLong(), word.byteCount());
        }
        return "%016x".formatted(hash).equals(id.value())
                ? Optional.of(id.value())
                : Optional.empty();
    }

    private static long added(long hash, long value, int byteCount) {
        long result = hash;
        for (int i = 0; i < byteCount; i++) {
            result = (result ^ (value >>> (Byte.SIZE * i) & 0xff)) * PRIME;
        }
        return result;
    }
}
