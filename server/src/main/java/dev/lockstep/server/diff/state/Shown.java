package dev.lockstep.server.diff.state;

import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonValue;

/** A value to be shown, of which nothing is made before. */
public sealed interface Shown {
    /** How much of a document is shown as one value; of more, only that it is so long. */
    int MAX_BYTES = 1 << 16;

    /** Returns the value, or words about one that is too long. */
    JsonValue value();

    /** A value of a document. */
    record OfDocument(JsonTape tape, int token) implements Shown {
        @Override
        public JsonValue value() {
            int byteCount = tape.byteCount(token);
            return byteCount > MAX_BYTES
                    ? JsonValue.of("(%,d bytes of JSON)".formatted(byteCount))
                    : tape.read(token);
        }
    }

    /** Any other value. */
    record Plain(JsonValue value) implements Shown {}

    /** What is not there. */
    Shown NOTHING = new Plain(JsonValue.Null.VALUE);

    static Shown of(String text) {
        return new Plain(JsonValue.of(text));
    }

    static Shown of(long number) {
        return new Plain(JsonValue.of(number));
    }
}
