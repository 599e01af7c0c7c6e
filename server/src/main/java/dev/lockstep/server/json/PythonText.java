package dev.lockstep.server.json;

import java.util.Iterator;
import java.util.Map;

/** Writes values as Python's {@code repr} does. */
public final class PythonText {
    private final StringBuilder out = new StringBuilder();

    private PythonText() {}

    /** Returns {@code repr} of what Python's {@code json.loads} makes of the value. */
    public static String repr(JsonValue value) {
        PythonText text = new PythonText();
        text.write(value);
        return text.out.toString();
    }

    /**
     * Returns the text with all characters that {@code repr} would not print as they are written as
     * it writes them: line ends, what moves the cursor of a terminal, what turns lines around.
     */
    public static String printable(String text) {
        if (text.codePoints().allMatch(PythonText::isPrintable)) {
            return text;
        }
        PythonText printed = new PythonText();
        text.codePoints().forEach(printed::writePrintable);
        return printed.out.toString();
    }

    private void write(JsonValue value) {
        switch (value) {
            case JsonValue.Null() -> out.append("None");
            case JsonValue.Bool(boolean bool) -> out.append(bool ? "True" : "False");
            case JsonValue.Int(var integer) -> out.append(integer);
            case JsonValue.Real(double real) -> out.append(PythonFloat.repr(real));
            case JsonValue.Text(String text) -> writeText(text);
            case JsonValue.Array(var items) -> writeItems(items.iterator());
            case JsonValue.Struct(var members) -> writeMembers(members.entrySet().iterator());
        }
    }

    private void writeItems(Iterator<JsonValue> items) {
        out.append('[');
        while (items.hasNext()) {
            write(items.next());
            out.append(items.hasNext() ? ", " : "");
        }
        out.append(']');
    }

    private void writeMembers(Iterator<Map.Entry<String, JsonValue>> members) {
        out.append('{');
        while (members.hasNext()) {
            Map.Entry<String, JsonValue> member = members.next();
            writeText(member.getKey());
            out.append(": ");
            write(member.getValue());
            out.append(members.hasNext() ? ", " : "");
        }
        out.append('}');
    }

    private void writeText(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> writeCharacter(c, quote));
        out.append(quote);
    }

    private void writeCharacter(int c, char quote) {
        if (c == '\\' || c == quote) {
            out.append('\\').appendCodePoint(c);
        } else {
            writePrintable(c);
        }
    }

    private void writePrintable(int c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(escape(c));
                }
            }
        }
    }

    /** As Python's {@code str.isprintable}: the blank is the only separator that is. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }

    private static String escape(int c) {
        String format = c <= 0xFF ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x";
        return format.formatted(c);
    }
}
