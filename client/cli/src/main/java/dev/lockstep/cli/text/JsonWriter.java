package dev.lockstep.cli.text;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/** Writes maps, collections, strings, numbers, booleans and nulls as JSON (RFC 8259). */
public final class JsonWriter {
    private static final String INDENT = "  ";

    /** What stands between elements where lines do not. */
    private static final String ONE_LINE = "";

    private final StringBuilder out = new StringBuilder();

    private JsonWriter() {}

    /** Returns {@code value} as JSON text that ends with a line feed. Keys keep the map's order. */
    public static String text(@Nullable Object value) {
        JsonWriter writer = new JsonWriter();
        writer.write(value, "\n");
        return writer.out.append('\n').toString();
    }

    /** Returns {@code value} as one line of JSON text that ends with a line feed. */
    public static String line(@Nullable Object value) {
        JsonWriter writer = new JsonWriter();
        writer.write(value, ONE_LINE);
        return writer.out.append('\n').toString();
    }

    private void write(@Nullable Object value, String newLine) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> writeMap(map, newLine);
            case Collection<?> collection -> writeCollection(collection, newLine);
            case Number number -> out.append(number);
            case Boolean bool -> out.append(bool);
            case CharSequence string -> writeString(string);
            default ->
                    throw new IllegalArgumentException(
                            "value of " + value.getClass() + " (expected: a JSON type)");
        }
    }

    private void writeMap(Map<?, ?> map, String newLine) {
        out.append('{');
        String inner = inner(newLine);
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            out.append(inner);
            writeString(String.valueOf(entry.getKey()));
            out.append(newLine.equals(ONE_LINE) ? ":" : ": ");
            write(entry.getValue(), inner);
            out.append(entries.hasNext() ? "," : newLine);
        }
        out.append('}');
    }

    private void writeCollection(Collection<?> collection, String newLine) {
        out.append('[');
        String inner = inner(newLine);
        Iterator<?> elements = collection.iterator();
        while (elements.hasNext()) {
            out.append(inner);
            write(elements.next(), inner);
            out.append(elements.hasNext() ? "," : newLine);
        }
        out.append(']');
    }

    private static String inner(String newLine) {
        return newLine.equals(ONE_LINE) ? ONE_LINE : newLine + INDENT;
    }

    private void writeString(CharSequence string) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
