package dev.lockstep.server.diff.state;

import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.json.JsonTape.Kind;
import dev.lockstep.server.json.JsonTapeReader;
import dev.lockstep.server.json.TapeRoom;
import dev.lockstep.server.run.ConfigException;

import java.util.Optional;

/**
 * A document of a state.
 *
 * @param tape what it says; its root is an object
 */
record Document(JsonTape tape) {
    /**
     * Reads one.
     *
     * @param file as the user calls it, for messages
     * @throws ConfigException if it is no JSON object
     * @throws StateLimitException if there is no room for it
     */
    static Document read(String file, byte[] bytes, JsonTapeReader.Names names, TapeRoom room) {
        try {
            JsonTape tape = JsonTapeReader.read(bytes, names, room);
            if (tape.kind(JsonTape.ROOT) != Kind.OBJECT) {
                throw new ConfigException(
                        "%s: is %s (expected: an object with the fields of a state)"
                                .formatted(file, words(tape.kind(JsonTape.ROOT))));
            }
            return new Document(tape);
        } catch (TapeRoom.ExceededException e) {
            throw new StateLimitException(
                    "%s: %s in all documents up to here (expected: at most that many); 'lockstep diff state' compares larger ones"
                            .formatted(file, e.getMessage()),
                    e);
        } catch (JsonSyntaxException e) {
            throw new ConfigException(
                    "%s: is no JSON: %s".formatted(place(file, bytes, e.column()), e.reason()), e);
        }
    }

    private static String place(String file, byte[] bytes, int place) {
        int line = 1;
        int column = 1;
        for (int at = 0; at < place - 1; at++) {
            boolean ends = bytes[at] == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        return "%s:%d:%d".formatted(file, line, column);
    }

    private static String words(Kind kind) {
        return switch (kind) {
            case NULL -> "null";
            case FALSE, TRUE -> "a boolean";
            case INTEGER, REAL -> "a number";
            case TEXT, NAME -> "a string";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
        };
    }

    /** Returns a field of the root, if it is there. */
    Optional<Shown> field(String name) {
        int value = tape.member(JsonTape.ROOT, name);
        return value == JsonTape.NONE
                ? Optional.empty()
                : Optional.of(new Shown.OfDocument(tape, value));
    }
}
