package dev.lockstep.server.diff.state;

import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonValue;

/** A value that may be shown, of which nothing is made before. */
public sealed interface Shown {
    /** How much of a document is shown as one value; of more, only that it is so long. */
    int MAX_BYTES = 1 << 16;

    /** Returns the value, or words about one that is too long. */
    JsonValue value();

    /** Returns the value, however long it is. */
    JsonValue whole();

    /** Whether both are {@link JsonValue#sameAs the same}. */
    default boolean isSame(Shown other) {
        if (this instanceof OfDocument(JsonTape tape, int token)
                && other instanceof OfDocument(JsonTape otherTape, int otherToken)) {
            return tape.isSame(token, otherTape, otherToken);
        }
        return whole().sameAs(other.whole());
    }

    /** A value of a document. */
    record OfDocument(JsonTape tape, int token) implements Shown {
        @Override
        public JsonValue value() {
            int byteCount = tape.byteCount(token);
            return byteCount > MAX_BYTES
                    ? JsonValue.of("(%,d bytes of JSON)".formatted(byteCount))
                    : whole();
        }

        @Override
        public JsonValue whole() {
            return tape.read(token);
        }
    }

    /** Any other value. */
    record Plain(JsonValue value) implements Shown {
        @Override
        public JsonValue whole() {
            return value;
        }
    }

    /** Returns what stands for what is not there. */
    static Shown nothing() {
        return new Plain(JsonValue.Null.VALUE);
    }

    static Shown of(String text) {
        return new Plain(JsonValue.of(text));
    }

    static Shown of(long number) {
        return new Plain(JsonValue.of(number));
    }
}
