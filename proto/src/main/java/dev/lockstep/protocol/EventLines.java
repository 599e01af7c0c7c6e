package dev.lockstep.protocol;

import dev.lockstep.proto.v1.Event;

import java.util.Locale;

/**
 * Event logs as text: JSON Lines, schema version 1 (docs/events.md). The first line names schema
 * and engine, every other one is an event; each ends with a line feed.
 */
public final class EventLines {
    public static final int SCHEMA_VERSION = 1;

    private static final char FIRST_PRINTABLE = ' ';

    private EventLines() {}

    /** Returns the first line of a log. */
    public static String schema(String engine) {
        return "{\"kind\":\"schema_version\",\"schema_version\":%d,\"engine\":%s}\n"
                .formatted(SCHEMA_VERSION, quoted(engine));
    }

    /**
     * Returns the line of an event.
     *
     * @param event its payload must be one JSON object, which stands in the line as it is, but that
     *     line ends in it become spaces
     */
    public static String line(String engine, Event event) {
        StringBuilder line = new StringBuilder(event.getPayload().length() + 128);
        line.append("{\"engine\":").append(quoted(engine));
        line.append(",\"kind\":").append(quoted(event.getKind()));
        line.append(",\"tid\":").append(event.getTid());
        line.append(",\"tid_event_idx\":").append(event.getIndex());
        line.append(",\"host_ns\":").append(event.getHostNs());
        // Within a JSON string there is no line end, so those that there are separate tokens.
        String payload = event.getPayload().replace('\n', ' ').replace('\r', ' ');
        return line.append(",\"payload\":").append(payload).append("}\n").toString();
    }

    /** Returns a text as a JSON string, quotes included. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            appendEscaped(quoted, text.charAt(i));
        }
        return quoted.append('"').toString();
    }

    private static void appendEscaped(StringBuilder to, char c) {
        if (c == '"' || c == '\\') {
            to.append('\\').append(c);
        } else if (c == '\n') {
            to.append("\\n");
        } else if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
            // A pair of escapes stands for a pair of surrogates, and half a pair stays what it is.
            to.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
            to.append(c);
        }
    }
}
