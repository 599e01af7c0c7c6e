package dev.lockstep.trace;

import dev.lockstep.riscv.command.EngineException;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * The lines of a file, plain or packed by gzip, one at a time. It can go back to a line; in a
 * packed file that takes unpacking once more from the start.
 */
final class TraceText {
    /** Bytes of a line at most; a file that has a longer one is no trace. */
    static final int MAX_LINE_BYTES = 1 << 16;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int ZSTD_MAGIC = 0x28b5;

    private final Path file;
    private final boolean isPacked;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private InputStream in;
    private int position;
    private int limit;

    /** Bytes before the buffer, and lines before the next one. */
    private long bufferStart;

    private long lines;
    private String line = "";

    /** The start of a line. */
    record Place(long offset, long lines) {}

    private TraceText(Path file, boolean isPacked, InputStream in) {
        this.file = file;
        this.isPacked = isPacked;
        this.in = in;
    }

    /**
     * Opens a file.
     *
     * @throws EngineException if it cannot be read, or is packed otherwise
     */
    static TraceText open(Path file) {
        if (!Files.isRegularFile(file)) {
            String what = Files.exists(file) ? "is no file" : "no such file";
            throw new EngineException(
                    "%s: %s (expected: a trace, in a file that can be read again)"
                            .formatted(file, what));
        }
        try (InputStream start = Files.newInputStream(file)) {
            int magic = start.read() << Byte.SIZE | start.read();
            if (magic == ZSTD_MAGIC) {
                throw new EngineException(
                        file + ": packed by zstd (expected: a plain text, or packed by gzip)");
            }
            boolean isPacked = magic == GZIP_MAGIC;
            return new TraceText(file, isPacked, stream(file, isPacked));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static InputStream stream(Path file, boolean isPacked) throws IOException {
        InputStream plain = Files.newInputStream(file);
        return isPacked ? new GZIPInputStream(new BufferedInputStream(plain)) : plain;
    }

    /**
     * Comes to the next line.
     *
     * @return false at the end; what stands there without an end of line was cut off, and is left
     *     out
     */
    boolean advance() {
        int end = endOfLine();
        if (end < 0) {
            return advanceBeyondBuffer();
        }
        end(new String(buffer, position, end - position, StandardCharsets.ISO_8859_1), end);
        return true;
    }

    private boolean advanceBeyondBuffer() {
        var parts = new ByteArrayOutputStream();
        int end = -1;
        while (end < 0) {
            parts.write(buffer, position, limit - position);
            if (parts.size() > MAX_LINE_BYTES) {
                lines++;
                throw wrong("more than %d bytes in a line".formatted(MAX_LINE_BYTES));
            }
            if (!fill()) {
                return false;
            }
            end = endOfLine();
        }
        parts.write(buffer, position, end - position);
        end(parts.toString(StandardCharsets.ISO_8859_1), end);
        return true;
    }

    private void end(String text, int at) {
        position = at + 1;
        lines++;
        line = text.stripTrailing();
    }

    private int endOfLine() {
        for (int i = position; i < limit; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean fill() {
        try {
            bufferStart += limit;
            position = 0;
            limit = Math.max(0, in.read(buffer));
            return limit > 0;
        } catch (IOException e) {
            limit = 0;
            throw unreadable(file, e);
        }
    }

    /** Returns the line that it came to last, without what ends it. */
    String line() {
        return line;
    }

    /** Returns the number of that line, from 1. */
    long number() {
        return lines;
    }

    /** Returns where the next line starts. */
    Place place() {
        return new Place(bufferStart + position, lines);
    }

    /** Goes back to the start of a line. */
    void goTo(Place place) {
        try {
            in.close();
            in = stream(file, isPacked);
            in.skipNBytes(place.offset());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        bufferStart = place.offset();
        position = 0;
        limit = 0;
        lines = place.lines();
    }

    /** Returns the exception that says what is wrong with the line it came to last. */
    EngineException wrong(String what) {
        return new EngineException("%s, line %d: %s".formatted(file, lines, what));
    }

    /** Returns the file, for messages. */
    Path file() {
        return file;
    }

    private static EngineException unreadable(Path file, IOException e) {
        return new EngineException(
                "%s cannot be read: %s".formatted(file, new UncheckedIOException(e).getMessage()),
                e);
    }
}
