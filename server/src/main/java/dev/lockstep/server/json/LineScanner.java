package dev.lockstep.server.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a plain line without making values of it: one pass writes a tape of tokens, on which
 * members are looked up in any order. Most lines of event logs are plain: ASCII without escapes,
 * integers that fit a long, no name twice. All others are for {@link JsonReader}, and so is every
 * line with an error: what is taken here means there exactly the same.
 *
 * <p>A token is its index on the tape. An object's elements are its names; after each comes its
 * value. Tokens hold until the next scan, as long as the buffer stays as it is. For one thread.
 */
// Hot path: runs once per line.
public final class LineScanner {
    /** Stands for a token that there is not. */
    public static final int NONE = -1;

    /** How deep arrays and objects may lie in one another in a plain line. */
    static final int MAX_DEPTH = 16;

    /** How many tokens a plain line may have, ends of arrays and objects included. */
    static final int MAX_TOKENS = 1024;

    /** How many digits fit a long whatever they are. */
    static final int MAX_DIGITS = 18;

    /** What a token is. */
    public enum Kind {
        NULL(0),
        FALSE(1),
        TRUE(2),
        INTEGER(3),
        TEXT(4),
        NAME(5),
        ARRAY(6),
        OBJECT(7),
        /** The end of an array or object. */
        END(8);

        private final long bits;

        Kind(long index) {
            bits = index << KIND_SHIFT;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long IRREGULAR = 0x9E3779B97F4A7C15L;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NULL = letters("null");
    private static final int TRUE = letters("true");
    private static final int ALSE = letters("alse");

    /*
     * A token: | kind 4 bits | start 30 bits | end 30 bits |. Start and end are places in the buffer,
     * without the quotes; the end of an array or object is the index of its END.
     */
    private static final int END_BITS = 30;
    private static final int KIND_SHIFT = 2 * END_BITS;
    private static final int PLACE_MASK = (1 << END_BITS) - 1;

    /** What a reading method returns for what is not plain, instead of where that ends. */
    private static final int NOT_PLAIN = -1;

    private final long[] tape = new long[MAX_TOKENS];
    private int count;

    private byte[] buffer = {};
    private int limit;

    private static int letters(String four) {
        return (int) INT.get(four.getBytes(StandardCharsets.US_ASCII), 0);
    }

    /**
     * Reads a line; returns whether it is plain. If it is, token 0 is its value.
     *
     * @param line kept until the next scan
     */
    public boolean scan(byte[] line, int offset, int length) {
        buffer = line;
        limit = offset + length;
        count = 0;
        int end = read(offset, 0);
        return end != NOT_PLAIN && afterBlanks(end) == limit;
    }

    private int read(int from, int depth) {
        int at = afterBlanks(from);
        return switch (byteAt(at)) {
            case '"' -> text(at, Kind.TEXT);
            case '{' -> depth < MAX_DEPTH ? object(at, depth + 1) : NOT_PLAIN;
            case '[' -> depth < MAX_DEPTH ? array(at, depth + 1) : NOT_PLAIN;
            case 'n' -> literal(at, at, NULL, Kind.NULL);
            case 'f' -> literal(at, at + 1, ALSE, Kind.FALSE);
            case 't' -> literal(at, at, TRUE, Kind.TRUE);
            default -> number(at);
        };
    }

    private int afterBlanks(int from) {
        int at = from;
        // Mostly there is none or one: a single comparison tells.
        while (at < limit && buffer[at] <= ' ' && isBlank(buffer[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    /** Returns the byte at a place, and 0 at the end. */
    private byte byteAt(int at) {
        return at < limit ? buffer[at] : 0;
    }

    private int object(int from, int depth) {
        int object = count;
        int at = afterBlanks(open(from, Kind.OBJECT));
        if (byteAt(at) == '}') {
            return close(object, at);
        }
        long seen = 0;
        while (true) {
            int name = count;
            int end = member(at, depth);
            if (end == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            long mark = mark(name);
            if ((seen & mark) != 0 && isRepeated(object, name)) {
                return NOT_PLAIN;
            }
            seen |= mark;
            at = afterBlanks(end);
            if (byteAt(at) != ',') {
                return byteAt(at) == '}' ? close(object, at) : NOT_PLAIN;
            }
            at = afterBlanks(at + 1);
        }
    }

    private int member(int from, int depth) {
        int end = byteAt(from) == '"' ? text(from, Kind.NAME) : NOT_PLAIN;
        if (end == NOT_PLAIN) {
            return NOT_PLAIN;
        }
        int colon = afterBlanks(end);
        return byteAt(colon) == ':' ? read(colon + 1, depth) : NOT_PLAIN;
    }

    private int array(int from, int depth) {
        int array = count;
        int at = afterBlanks(open(from, Kind.ARRAY));
        if (byteAt(at) == ']') {
            return close(array, at);
        }
        while (true) {
            int end = read(at, depth);
            if (end == NOT_PLAIN) {
                return NOT_PLAIN;
            }
            at = afterBlanks(end);
            if (byteAt(at) != ',') {
                return byteAt(at) == ']' ? close(array, at) : NOT_PLAIN;
            }
            at++;
        }
    }

    private int open(int from, Kind kind) {
        add(kind, from, 0);
        return from + 1;
    }

    /** Fails also where there was no room to open. */
    private int close(int container, int at) {
        if (!add(Kind.END, at, at + 1)) {
            return NOT_PLAIN;
        }
        tape[container] |= count - 1;
        return at + 1;
    }

    /** The first letter is known; four letters, with or without it, tell the rest. */
    private int literal(int from, int lettersFrom, int letters, Kind kind) {
        int end = lettersFrom + Integer.BYTES;
        boolean plain =
                end <= limit
                        && (int) INT.get(buffer, lettersFrom) == letters
                        && add(kind, from, end);
        return plain ? end : NOT_PLAIN;
    }

    private int number(int from) {
        int digits = byteAt(from) == '-' ? from + 1 : from;
        int end = ByteRuns.digitsEnd(buffer, digits, limit);
        int digitCount = end - digits;
        boolean plain =
                digitCount > 0
                        && digitCount <= MAX_DIGITS
                        && (buffer[digits] != '0' || digitCount == 1)
                        && add(Kind.INTEGER, from, end);
        return plain ? end : NOT_PLAIN;
    }

    private int text(int from, Kind kind) {
        int end = ByteRuns.textEnd(buffer, from + 1, limit);
        boolean plain = byteAt(end) == '"' && add(kind, from + 1, end);
        return plain ? end + 1 : NOT_PLAIN;
    }

    /** Adds a token, unless the tape is full. */
    private boolean add(Kind kind, int start, int end) {
        if (count >= tape.length) {
            return false;
        }
        tape[count++] = kind.bits | (long) start << END_BITS | end;
        return true;
    }

    /** Returns one bit that names of the same text have in common, and few others. */
    private long mark(int name) {
        int start = start(name);
        int length = end(name) - start;
        if (start > buffer.length - Long.BYTES) {
            return -1;
        }
        long bytes = (long) LONG.get(buffer, start);
        int unused = Math.max(Long.SIZE - length * Byte.SIZE, 0);
        long used = length == 0 ? 0 : bytes << unused;
        return 1L << ((used * IRREGULAR + length) >>> 58);
    }

    private boolean isRepeated(int object, int name) {
        for (int other = object + 1; other < name; other = after(other + 1)) {
            if (Arrays.equals(buffer, start(name), end(name), buffer, start(other), end(other))) {
                return true;
            }
        }
        return false;
    }

    public Kind kind(int token) {
        return KINDS[(int) (tape[token] >>> KIND_SHIFT)];
    }

    /** Returns where the token's text starts in the buffer, after the quote if it has one. */
    public int start(int token) {
        return (int) (tape[token] >>> END_BITS) & PLACE_MASK;
    }

    /** Returns where the token's text ends in the buffer, before the quote if it has one. */
    public int end(int token) {
        int end = (int) tape[token] & PLACE_MASK;
        return isContainer(token) ? start(end) + 1 : end;
    }

    private boolean isContainer(int token) {
        Kind kind = kind(token);
        return kind == Kind.ARRAY || kind == Kind.OBJECT;
    }

    /** Returns the first item of an array, the first name of an object, or {@link #NONE}. */
    public int first(int container) {
        return unlessEnd(container + 1);
    }

    /** Returns the item or name after this one, or {@link #NONE}. */
    public int next(int element) {
        return unlessEnd(after(kind(element) == Kind.NAME ? element + 1 : element));
    }

    private int after(int value) {
        return (isContainer(value) ? (int) tape[value] & PLACE_MASK : value) + 1;
    }

    private int unlessEnd(int token) {
        return kind(token) == Kind.END ? NONE : token;
    }

    /** Returns the value that belongs to a name. */
    public int value(int name) {
        return name + 1;
    }

    /** Returns the value of the member with this name in ASCII, or {@link #NONE}. */
    public int member(int object, byte[] name) {
        for (int other = first(object); other != NONE; other = next(other)) {
            if (textEquals(other, name)) {
                return other + 1;
            }
        }
        return NONE;
    }

    /** Whether a text or name is this one, in ASCII. */
    public boolean textEquals(int token, byte[] text) {
        int start = start(token);
        int end = end(token);
        return end - start == text.length
                && Arrays.equals(buffer, start, end, text, 0, text.length);
    }

    /** Returns the value of an integer. */
    public long integer(int token) {
        int start = start(token);
        boolean negative = buffer[start] == '-';
        int end = end(token);
        long value = 0;
        for (int at = negative ? start + 1 : start; at < end; at++) {
            value = value * 10 + (buffer[at] - '0');
        }
        return negative ? -value : value;
    }

    /** Returns the text of any token, without quotes. */
    public String text(int token) {
        int start = start(token);
        return new String(buffer, start, end(token) - start, StandardCharsets.US_ASCII);
    }

    /** Returns what {@link Fingerprint#of} returns for the value. */
    public long fingerprint(int value) {
        return switch (kind(value)) {
            case NULL -> Fingerprint.ofNull();
            case FALSE -> Fingerprint.ofInt(0);
            case TRUE -> Fingerprint.ofInt(1);
            case INTEGER -> Fingerprint.ofInt(integer(value));
            case TEXT, NAME -> Fingerprint.ofText(buffer, start(value), end(value) - start(value));
            case ARRAY -> fingerprintOfArray(value);
            case OBJECT -> fingerprintOfObject(value);
            case END -> throw new IllegalArgumentException("token: END (expected: a value)");
        };
    }

    private long fingerprintOfArray(int array) {
        long state = Fingerprint.NO_ITEMS;
        int itemCount = 0;
        for (int item = first(array); item != NONE; item = next(item)) {
            state = Fingerprint.ofItem(state, fingerprint(item));
            itemCount++;
        }
        return Fingerprint.ofArray(state, itemCount);
    }

    private long fingerprintOfObject(int object) {
        long sum = 0;
        int memberCount = 0;
        for (int name = first(object); name != NONE; name = next(name)) {
            sum += Fingerprint.ofMember(fingerprint(name), fingerprint(name + 1));
            memberCount++;
        }
        return Fingerprint.ofObject(sum, memberCount);
    }
}
