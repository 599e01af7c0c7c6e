package dev.lockstep.server.json;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;

/** Writes values as JSON text. */
public final class JsonText {
    private static final int DELETE = 0x7F;

    private final StringBuilder out = new StringBuilder();
    private final Style style;
    private int depth;

    private enum Style {
        SORTED(", ", ": "),
        INDENTED(",", ": "),
        COMPACT(",", ":");

        private final String comma;
        private final String colon;

        Style(String comma, String colon) {
            this.comma = comma;
            this.colon = colon;
        }
    }

    private JsonText(Style style) {
        this.style = style;
    }

    /**
     * Returns what Python's {@code json.dumps(value, sort_keys=True)} writes: ASCII alone, a blank
     * after commas and colons, names in the order of their code points.
     */
    public static String sorted(JsonValue value) {
        return text(value, Style.SORTED);
    }

    /** Returns the same over several lines, each level indented by two blanks. */
    public static String indented(JsonValue value) {
        return text(value, Style.INDENTED);
    }

    /**
     * Returns one line without blanks, members in their order, characters as they are but for those
     * that JSON or UTF-8 cannot hold.
     */
    public static String compact(JsonValue value) {
        return text(value, Style.COMPACT);
    }

    private static String text(JsonValue value, Style style) {
        JsonText text = new JsonText(style);
        text.write(value);
        return text.out.toString();
    }

    private void write(JsonValue value) {
        switch (value) {
            case JsonValue.Null() -> out.append("null");
            case JsonValue.Bool(boolean bool) -> out.append(bool);
            case JsonValue.Int(var integer) -> out.append(integer);
            case JsonValue.Real(double real) -> out.append(real(real));
            case JsonValue.Text(String text) -> writeText(text);
            case JsonValue.Array(var items) -> writeItems(items.iterator());
            case JsonValue.Struct(var members) -> writeMembers(ordered(members));
        }
    }

    private static String real(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        return Double.isNaN(value) ? "NaN" : PythonFloat.repr(value);
    }

    private void writeItems(Iterator<JsonValue> items) {
        if (!items.hasNext()) {
            out.append("[]");
            return;
        }
        open('[');
        while (items.hasNext()) {
            write(items.next());
            endElement(items.hasNext());
        }
        close(']');
    }

    private void open(char bracket) {
        out.append(bracket);
        depth++;
        breakLine();
    }

    private void endElement(boolean another) {
        if (another) {
            out.append(style.comma);
            breakLine();
        }
    }

    private void close(char bracket) {
        depth--;
        breakLine();
        out.append(bracket);
    }

    private void breakLine() {
        if (style == Style.INDENTED) {
            out.append('\n').repeat("  ", depth);
        }
    }

    private Collection<Map.Entry<String, JsonValue>> ordered(Map<String, JsonValue> members) {
        return switch (style) {
            case COMPACT -> members.entrySet();
            case SORTED, INDENTED ->
                    members.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey(BY_CODE_POINT))
                            .toList();
        };
    }

    private void writeMembers(Collection<Map.Entry<String, JsonValue>> members) {
        if (members.isEmpty()) {
            out.append("{}");
            return;
        }
        open('{');
        Iterator<Map.Entry<String, JsonValue>> rest = members.iterator();
        while (rest.hasNext()) {
            Map.Entry<String, JsonValue> member = rest.next();
            writeText(member.getKey());
            out.append(style.colon);
            write(member.getValue());
            endElement(rest.hasNext());
        }
        close('}');
    }

    private void writeText(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || mustEscape(text, i)) {
                out.append(escape(c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private boolean mustEscape(String text, int index) {
        return switch (style) {
            case SORTED, INDENTED -> text.charAt(index) >= DELETE;
            case COMPACT -> isLoneSurrogate(text, index);
        };
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        boolean paired =
                Character.isHighSurrogate(c)
                        ? index + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(index + 1))
                        : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        return Character.isSurrogate(c) && !paired;
    }

    private static String escape(char c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\f' -> "\\f";
            case '\b' -> "\\b";
            default -> "\\u%04x".formatted((int) c);
        };
    }

    /** Java's own order of strings is that of UTF-16, which has U+FFFF after U+10000. */
    public static final Comparator<String> BY_CODE_POINT =
            (left, right) -> {
                int i = 0;
                while (i < left.length() && i < right.length()) {
                    int c = left.codePointAt(i);
                    int order = Integer.compare(c, right.codePointAt(i));
                    if (order != 0) {
                        return order;
                    }
                    i += Character.charCount(c);
                }
                return Integer.compare(left.length(), right.length());
            };
}
