package dev.lockstep.server.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds where runs of bytes of one sort end, eight bytes at a time. */
// Hot path: runs for every line, and for every token of it.
public final class ByteRuns {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long BLANKS = ONES * ' ';
    private static final long ZEROS = ONES * '0';
    private static final long LINE_FEEDS = ONES * '\n';
    private static final long CARRIAGE_RETURNS = ONES * '\r';

    /** What lifts ten and more, but not nine, to the high bit. */
    private static final long ABOVE_NINE = ONES * (0x80 - 10);

    private ByteRuns() {}

    /**
     * Returns the place of the first byte from {@code from} on that is a quote, a backslash, a
     * control character or no ASCII; {@code to} if there is none before.
     */
    static int textEnd(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
            long others = othersThanText((long) LONG.get(bytes, at));
            if (others != 0) {
                return Math.min(first(others, at), to);
            }
        }
        while (at < to && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return Math.min(at, to);
    }

    /** Returns the place of the first byte from {@code from} on that is no digit, or {@code to}. */
    static int digitsEnd(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
            long others = othersThanDigits((long) LONG.get(bytes, at));
            if (others != 0) {
                return Math.min(first(others, at), to);
            }
        }
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return Math.min(at, to);
    }

    /**
     * Returns the place of the first line feed or carriage return from {@code from} on, or {@code
     * to} if there is none.
     */
    public static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long found = lineEnds((long) LONG.get(bytes, at));
            if (found != 0) {
                return first(found, at);
            }
        }
        while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private static int first(long marked, int at) {
        return at + Long.numberOfTrailingZeros(marked) / Byte.SIZE;
    }

    /*
     * All set the high bit of the first of eight bytes that ends the run. Of those after it
     * they may set it wrongly, for what is carried or borrowed goes upwards.
     */

    private static long lineEnds(long bytes) {
        return zeros(bytes ^ LINE_FEEDS) | zeros(bytes ^ CARRIAGE_RETURNS);
    }

    private static long othersThanText(long bytes) {
        long quotes = bytes ^ QUOTES;
        long backslashes = bytes ^ BACKSLASHES;
        long others = (quotes - ONES) & ~quotes;
        others |= (backslashes - ONES) & ~backslashes;
        others |= (bytes - BLANKS) | bytes;
        return others & HIGH_BITS;
    }

    private static long othersThanDigits(long bytes) {
        long digits = bytes ^ ZEROS;
        return ((digits + ABOVE_NINE) | digits) & HIGH_BITS;
    }

    private static long zeros(long bytes) {
        return (bytes - ONES) & ~bytes & HIGH_BITS;
    }
}
