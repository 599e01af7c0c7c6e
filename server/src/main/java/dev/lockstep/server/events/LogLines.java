package dev.lockstep.server.events;

import dev.lockstep.server.json.ByteRuns;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Goes through the lines of a log, each of them a part of one buffer: no line is copied but where a
 * chunk ends. A line ends with a line feed, a carriage return, or one of each. For one thread.
 */
// Hot path: runs once per line.
public final class LogLines {
    /** How long a line may be, without its end; a longer one is refused. */
    public static final int MAX_LINE_BYTES = 16 << 20;

    static final int CHUNK_BYTES = 1 << 20;

    private final String name;
    private final InputStream text;
    private final Ending ending;

    private byte[] buffer;

    /** The offset in the text of the buffer's first byte. */
    private long base;

    private int limit;
    private int start;
    private int length;

    /** Where the next line starts in the buffer, unless a line feed is still to be skipped. */
    private int next;

    private boolean skipsLineFeed;
    private boolean ended;
    private long number;
    private @Nullable TextEnd end;

    LogLines(String name, RawInput raw, InputStream text) {
        this(name, text, raw::end, CHUNK_BYTES);
    }

    LogLines(String name, InputStream text, Ending ending, int chunkBytes) {
        this.name = name;
        this.text = text;
        this.ending = ending;
        this.buffer = new byte[chunkBytes];
    }

    /** Tells how a text ended that was read to its end. */
    interface Ending {
        TextEnd get() throws IOException;
    }

    /**
     * Goes to the next line; returns false after the last one. A line that breaks off, because the
     * text is cut or damaged, is none.
     *
     * @throws ConfigException if the line is longer than {@link #MAX_LINE_BYTES}
     * @throws IOException if the file cannot be read on
     */
    public boolean next() throws IOException {
        start = next;
        length = 0;
        if (end != null || (skipsLineFeed && !skipLineFeed())) {
            return false;
        }
        int scanned = start;
        while (true) {
            int lineEnd = ByteRuns.lineEnd(buffer, scanned, limit);
            checkLength(lineEnd - start);
            if (lineEnd < limit) {
                return give(lineEnd);
            }
            int partBytes = limit - start;
            if (!fill()) {
                return giveRest();
            }
            scanned = partBytes;
        }
    }

    private boolean give(int lineEnd) {
        length = lineEnd - start;
        next = lineEnd + 1;
        ended = true;
        number++;
        if (buffer[lineEnd] == '\r') {
            skipsLineFeed = next == limit;
            next += next < limit && buffer[next] == '\n' ? 1 : 0;
        }
        return true;
    }

    /** The text ended without a line end, if there is anything after the last one. */
    private boolean giveRest() {
        length = limit - start;
        next = limit;
        ended = false;
        boolean isLine =
                length > 0 && !(end instanceof TextEnd.Cut || end instanceof TextEnd.Damaged);
        number += isLine ? 1 : 0;
        return isLine;
    }

    /** Skips what belongs to the carriage return before; returns false at the end of the text. */
    private boolean skipLineFeed() throws IOException {
        skipsLineFeed = false;
        if (!fill()) {
            return false;
        }
        start += buffer[start] == '\n' ? 1 : 0;
        return true;
    }

    private void checkLength(int lineBytes) {
        if (lineBytes > MAX_LINE_BYTES) {
            throw new ConfigException(
                    "%s:%d: line of more than %d bytes (expected: one event in each line)"
                            .formatted(name, number + 1, MAX_LINE_BYTES));
        }
    }

    /** Moves the line begun to the front of the buffer and reads on; returns false at the end. */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, limit - start);
        base += start;
        limit -= start;
        start = 0;
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(2 * limit, MAX_LINE_BYTES + CHUNK_BYTES));
        }
        try {
            int count = text.read(buffer, limit, buffer.length - limit);
            limit += Math.max(count, 0);
            end = count < 0 ? ending.get() : null;
        } catch (BrokenTextException e) {
            end = e.at(number + 1, base + limit);
        }
        return end == null;
    }

    /** Returns what holds the line from {@link #start} on, until {@link #next} is called again. */
    public byte[] buffer() {
        return buffer;
    }

    public int start() {
        return start;
    }

    /** Returns the line's length in bytes, without its end; 0 behind the last one. */
    public int length() {
        return length;
    }

    /** Returns where the line starts in the text, in bytes; see {@link LogText#line}. */
    public long offset() {
        return base + start;
    }

    /** Returns the line's number in the text, the first being 1. */
    public long number() {
        return number;
    }

    /** Whether the line has an end: the last one may lack it. */
    public boolean ended() {
        return ended;
    }

    /** Returns how the text ended, once {@link #next} returned false. */
    public TextEnd end() {
        if (end == null) {
            throw new IllegalStateException("line: " + number + " (expected: all lines read)");
        }
        return end;
    }
}
