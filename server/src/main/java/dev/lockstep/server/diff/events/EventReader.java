package dev.lockstep.server.diff.events;

import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;

/** Reads the lines of an event log: JSON Lines, schema version 1. */
final class EventReader {
    /** Kinds are remembered; those that engines send are no longer, either. */
    static final int MAX_KIND_CHARACTERS = Protocol.MAX_EVENT_KIND_CHARACTERS;

    private static final String HEADER_KIND = "schema_version";
    private static final JsonValue.Struct NOTHING = new JsonValue.Struct(new LinkedHashMap<>());

    private final String file;

    EventReader(String file) {
        this.file = file;
    }

    /**
     * Checks the first line.
     *
     * @throws MalformedLogException if it is no header of this schema
     */
    void checkHeader(byte[] buffer, int offset, int length) {
        JsonValue.Struct header = object(buffer, offset, length, 1, "the header, an object");
        JsonValue kind = header.members().get(LoggedEvent.KIND);
        if (kind == null || !kind.sameAs(JsonValue.of(HEADER_KIND))) {
            throw new MalformedLogException(
                    "%s: first event is not schema_version (got %s); an event log begins with {\"kind\":\"schema_version\",\"schema_version\":1}"
                            .formatted(file, shown(kind)));
        }
        JsonValue version = header.members().get(HEADER_KIND);
        if (version == null || !version.sameAs(JsonValue.of(1))) {
            throw new MalformedLogException(
                    "%s: schema_version mismatch (expected 1, got %s)"
                            .formatted(file, shown(version)));
        }
    }

    /**
     * Returns the event on a line.
     *
     * @throws MalformedLogException if there is none
     */
    LoggedEvent read(byte[] buffer, int offset, int length, long line) {
        JsonValue.Struct whole = object(buffer, offset, length, line, "an event, an object");
        return new LoggedEvent(
                integer(whole, LoggedEvent.TID, line),
                integer(whole, LoggedEvent.INDEX, line),
                kind(whole, line),
                payload(whole, line),
                whole);
    }

    /** Returns the event on a line that was read before. */
    LoggedEvent reread(byte[] line, long offset) {
        try {
            return read(line, 0, line.length, -1);
        } catch (MalformedLogException e) {
            throw new MalformedLogException(
                    "%s: the line at byte %d has changed since it was read (expected: nobody writes to what was read)"
                            .formatted(file, offset));
        }
    }

    private JsonValue.Struct object(
            byte[] buffer, int offset, int length, long line, String expected) {
        try {
            if (JsonReader.read(buffer, offset, length) instanceof JsonValue.Struct struct) {
                return struct;
            }
        } catch (JsonSyntaxException e) {
            throw wrong(line, "invalid JSON (%s)".formatted(e.getMessage()));
        }
        throw wrong(line, "not an object (expected: %s)".formatted(expected));
    }

    private long integer(JsonValue.Struct event, String field, long line) {
        JsonValue value = event.members().get(field);
        if (value == null || value instanceof JsonValue.Null) {
            throw wrong(line, "missing " + field);
        }
        try {
            return exact(value).longValueExact();
        } catch (ArithmeticException e) {
            throw wrong(
                    line,
                    "%s is %s (expected: an integer of 64 bits)".formatted(field, shown(value)));
        }
    }

    private static BigInteger exact(JsonValue value) {
        return switch (value) {
            case JsonValue.Int number -> number.value();
            case JsonValue.Bool bool -> bool.value() ? BigInteger.ONE : BigInteger.ZERO;
            case JsonValue.Real real when Double.isFinite(real.value()) ->
                    new BigDecimal(real.value()).toBigIntegerExact();
            default -> throw new ArithmeticException("no integer");
        };
    }

    private String kind(JsonValue.Struct event, long line) {
        return switch (event.members().get(LoggedEvent.KIND)) {
            case JsonValue.Text text -> checkedKind(text.value(), line);
            case null -> throw wrong(line, "missing kind");
            case JsonValue other ->
                    throw wrong(line, "kind is %s (expected: a text)".formatted(shown(other)));
        };
    }

    private String checkedKind(String kind, long line) {
        if (kind.length() > MAX_KIND_CHARACTERS) {
            throw wrong(
                    line,
                    "kind of %d characters (expected: at most %d)"
                            .formatted(kind.length(), MAX_KIND_CHARACTERS));
        }
        return kind;
    }

    private JsonValue.Struct payload(JsonValue.Struct event, long line) {
        return switch (event.members().get(LoggedEvent.PAYLOAD)) {
            case JsonValue.Struct struct -> struct;
            case null -> NOTHING;
            case JsonValue.Null _ -> NOTHING;
            case JsonValue other ->
                    throw wrong(
                            line, "payload is %s (expected: an object)".formatted(shown(other)));
        };
    }

    private MalformedLogException wrong(long line, String problem) {
        return new MalformedLogException("%s:%d: %s".formatted(file, line, problem));
    }

    private static String shown(@Nullable JsonValue value) {
        String text = PythonText.repr(value == null ? JsonValue.Null.VALUE : value);
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
