package dev.lockstep.server.json;

import dev.lockstep.server.json.JsonTape.Shape;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;

/**
 * Reads a document onto a {@link JsonTape}. What it takes is what {@link JsonReader} takes, and
 * means the same. For one thread.
 */
public final class JsonTapeReader {
    private static final int DECODED_CHARACTERS = 1 << 14;

    /** Up to so many names are compared with each other, more are sorted. */
    private static final int FEW_NAMES = 12;

    private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NAN = ascii("NaN");
    private static final byte[] INFINITY = ascii("Infinity");
    private static final byte[] MINUS_INFINITY = ascii("-Infinity");
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    /** Whether several members of an object may have one name. */
    public enum Names {
        /** The last value counts. */
        MAY_REPEAT,
        DIFFER
    }

    private final byte[] text;
    private final Names names;
    private final JsonTape tape;

    /** Of the names of one object, for a moment. */
    private long[] hashes = new long[64];

    private JsonTapeReader(byte[] text, Names names, TapeRoom room) {
        this.text = text;
        this.names = names;
        this.tape = new JsonTape(text, room);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads a document.
     *
     * @param text UTF-8, at most {@link JsonTape#MAX_BYTES}; the tape keeps it
     * @throws TapeRoom.ExceededException if there is not enough of it
     */
    public static JsonTape read(byte[] text, Names names, TapeRoom room)
            throws JsonSyntaxException {
        if (text.length > JsonTape.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "text: %d bytes (expected: at most %d)"
                            .formatted(text.length, JsonTape.MAX_BYTES));
        }
        checkEncoding(text);
        JsonTapeReader reader = new JsonTapeReader(text, names, room);
        int end = reader.afterBlanks(reader.value(reader.afterBlanks(0), 0));
        if (end < text.length) {
            throw new JsonSyntaxException("more than one value", end + 1);
        }
        reader.tape.end();
        return reader.tape;
    }

    private static void checkEncoding(byte[] text) throws JsonSyntaxException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(text);
        CharBuffer out = CharBuffer.allocate(DECODED_CHARACTERS);
        while (in.hasRemaining()) {
            CoderResult result = decoder.decode(in, out.clear(), true);
            if (result.isError()) {
                throw new JsonSyntaxException("invalid UTF-8", in.position() + 1);
            }
        }
        if (Arrays.mismatch(text, BYTE_ORDER_MARK) == BYTE_ORDER_MARK.length) {
            throw new JsonSyntaxException("unexpected byte order mark", 1);
        }
    }

    /** Returns the byte at a place, and 0 at the end. */
    private byte byteAt(int at) {
        return at < text.length ? text[at] : 0;
    }

    private int afterBlanks(int from) {
        int at = from;
        while (at < text.length && text[at] <= ' ' && isBlank(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /*
     * All of these read what starts at a place, and return where it ends.
     */

    private int value(int at, int depth) throws JsonSyntaxException {
        return switch (byteAt(at)) {
            case '"' -> string(at, Shape.TEXT, Shape.ESCAPED_TEXT);
            case '{' -> object(at, deeper(depth, at));
            case '[' -> array(at, deeper(depth, at));
            case 'n' -> literal(at, NULL);
            case 't' -> literal(at, TRUE);
            case 'f' -> literal(at, FALSE);
            case 'N' -> nan(at);
            case 'I' -> literal(at, INFINITY);
            default -> number(at);
        };
    }

    private static int deeper(int depth, int at) throws JsonSyntaxException {
        if (depth == JsonReader.MAX_DEPTH) {
            throw new JsonSyntaxException(
                    "nested too deep (expected: at most " + JsonReader.MAX_DEPTH + ")", at + 1);
        }
        return depth + 1;
    }

    private int object(int from, int depth) throws JsonSyntaxException {
        int object = tape.open(from);
        int at = afterBlanks(from + 1);
        if (byteAt(at) != '}') {
            at = members(at, depth);
        }
        tape.close(object, at);
        checkNames(object);
        return at + 1;
    }

    private int members(int from, int depth) throws JsonSyntaxException {
        int at = from;
        while (true) {
            expect('"', at);
            at = afterBlanks(string(at, Shape.NAME, Shape.ESCAPED_NAME));
            expect(':', at);
            at = afterBlanks(value(afterBlanks(at + 1), depth));
            if (byteAt(at) == '}') {
                return at;
            }
            expect(',', at);
            at = afterBlanks(at + 1);
        }
    }

    private int array(int from, int depth) throws JsonSyntaxException {
        int array = tape.open(from);
        int at = afterBlanks(from + 1);
        if (byteAt(at) != ']') {
            at = items(at, depth);
        }
        tape.close(array, at);
        return at + 1;
    }

    private int items(int from, int depth) throws JsonSyntaxException {
        int at = from;
        while (true) {
            at = afterBlanks(value(at, depth));
            if (byteAt(at) == ']') {
                return at;
            }
            expect(',', at);
            at = afterBlanks(at + 1);
        }
    }

    private int string(int from, Shape plain, Shape escaped) throws JsonSyntaxException {
        Shape shape = plain;
        int at = from + 1;
        while (true) {
            at = ByteRuns.textEnd(text, at, text.length);
            byte c = byteAt(at);
            if (c == '"') {
                break;
            } else if (c == '\\') {
                shape = escaped;
                at = escape(at);
            } else if (c < 0) {
                at++;
            } else {
                throw unexpected(at);
            }
        }
        tape.add(shape, from);
        return at + 1;
    }

    private int escape(int at) throws JsonSyntaxException {
        byte c = byteAt(at + 1);
        if (c != 'u') {
            if (c == 0 || "\"\\/bfnrt".indexOf(c) < 0) {
                throw unexpected(at + 1);
            }
            return at + 2;
        }
        int end = at + "\\u0000".length();
        for (int digit = at + 2; digit < end; digit++) {
            if (Character.digit(byteAt(digit), 16) < 0) {
                throw unexpected(digit);
            }
        }
        return end;
    }

    private int literal(int at, byte[] letters) throws JsonSyntaxException {
        int end = at + letters.length;
        if (end > text.length || !Arrays.equals(text, at, end, letters, 0, letters.length)) {
            throw unexpected(at);
        }
        tape.add(Shape.OTHER, at);
        return end;
    }

    private int nan(int at) throws JsonSyntaxException {
        tape.foundNaN();
        return literal(at, NAN);
    }

    private int number(int from) throws JsonSyntaxException {
        int digits = byteAt(from) == '-' ? from + 1 : from;
        if (digits > from && byteAt(digits) == 'I') {
            return literal(from, MINUS_INFINITY);
        }
        int end = digits(digits);
        if (text[digits] == '0' && end > digits + 1) {
            throw unexpected(digits + 1);
        }
        int fractionEnd = byteAt(end) == '.' ? digits(end + 1) : end;
        int realEnd = isExponent(byteAt(fractionEnd)) ? exponent(fractionEnd + 1) : fractionEnd;
        if (realEnd == end && end - digits > JsonReader.MAX_INTEGER_DIGITS) {
            throw new JsonSyntaxException(
                    "integer of %,d digits (expected: at most %,d)"
                            .formatted(end - digits, JsonReader.MAX_INTEGER_DIGITS),
                    from + 1);
        }
        tape.add(realEnd == end ? Shape.INTEGER : Shape.OTHER, from);
        return realEnd;
    }

    private static boolean isExponent(byte c) {
        return c == 'e' || c == 'E';
    }

    private int exponent(int from) throws JsonSyntaxException {
        byte sign = byteAt(from);
        return digits(sign == '+' || sign == '-' ? from + 1 : from);
    }

    private int digits(int from) throws JsonSyntaxException {
        int end = ByteRuns.digitsEnd(text, from, text.length);
        if (end == from) {
            throw unexpected(from);
        }
        return end;
    }

    private void expect(char c, int at) throws JsonSyntaxException {
        if (byteAt(at) != c) {
            throw unexpected(at);
        }
    }

    private JsonSyntaxException unexpected(int at) {
        if (at >= text.length) {
            return new JsonSyntaxException("unexpected end", text.length + 1);
        }
        int end = at + 1;
        while (end < text.length && (text[end] & 0xC0) == 0x80) {
            end++;
        }
        String character = new String(text, at, end - at, StandardCharsets.UTF_8);
        return new JsonSyntaxException(
                "unexpected " + PythonText.repr(JsonValue.of(character)), at + 1);
    }

    private void checkNames(int object) throws JsonSyntaxException {
        if (mayRepeatNames(object)) {
            tape.foundRepeatedName();
            if (names == Names.DIFFER) {
                checkDifferent(object);
            }
        }
    }

    private void checkDifferent(int object) throws JsonSyntaxException {
        var seen = new HashSet<String>();
        for (int name = tape.first(object); name != JsonTape.NONE; name = tape.next(name)) {
            if (!seen.add(tape.text(name))) {
                throw new JsonSyntaxException(
                        "name %s appears twice in an object (expected: once)"
                                .formatted(PythonText.repr(JsonValue.of(tape.text(name)))),
                        tape.place(name));
            }
        }
    }

    private boolean mayRepeatNames(int object) {
        int count = 0;
        for (int name = tape.first(object); name != JsonTape.NONE; name = tape.next(name)) {
            if (count == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
            hashes[count++] = tape.textHash(name);
        }
        return count > FEW_NAMES ? repeatsSorted(count) : repeats(count);
    }

    private boolean repeatsSorted(int count) {
        Arrays.sort(hashes, 0, count);
        for (int i = 1; i < count; i++) {
            if (hashes[i] == hashes[i - 1]) {
                return true;
            }
        }
        return false;
    }

    private boolean repeats(int count) {
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                if (hashes[i] == hashes[j]) {
                    return true;
                }
            }
        }
        return false;
    }
}
