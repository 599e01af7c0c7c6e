package dev.lockstep.server.events;

import dev.lockstep.server.files.TemporaryFile;
import dev.lockstep.server.json.ByteRuns;
import dev.lockstep.server.run.ConfigException;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A log in a file. Archives (gzip, zstd) are unpacked, whatever their name; they and pipes are
 * copied to a temporary file while they are read.
 */
final class LogFile implements LogText {
    /** What {@link #line} reads first, enough for most lines; then more and more. */
    private static final int GUESSED_LINE_BYTES = 1 << 10;

    private static final int GROWTH = 4;

    private final String name;
    private final RawInput raw;
    private final InputStream text;

    /** Where lines are read again: the file itself or a copy, which still grows. */
    private final FileChannel copy;

    private final OptionalLong fixedBytes;
    private final LogLines lines;

    private LogFile(
            String name,
            RawInput raw,
            InputStream text,
            FileChannel copy,
            OptionalLong fixedBytes) {
        this.name = name;
        this.raw = raw;
        this.text = text;
        this.copy = copy;
        this.fixedBytes = fixedBytes;
        this.lines = new LogLines(name, raw, text);
    }

    /**
     * Opens a log; waits for the first bytes of a pipe.
     *
     * @param temporaryDirectory where a copy is kept if the file can be read only once
     * @throws ConfigException if the file cannot be read, or the directory not be used
     */
    static LogFile open(Path file, Path temporaryDirectory) {
        RawInput raw = RawInput.open(file);
        try {
            return open(file.toString(), raw, temporaryDirectory, Long.MAX_VALUE);
        } catch (IOException e) {
            throw closing(raw, RawInput.unreadable(file, e));
        } catch (ConfigException e) {
            throw closing(raw, e);
        }
    }

    /** Takes a log from a file that is open; see {@link LogText#of}. */
    static LogFile of(String name, FileChannel file, Path temporaryDirectory, long maxTextBytes)
            throws IOException {
        file.position(0);
        return open(name, RawInput.of(file), temporaryDirectory, maxTextBytes);
    }

    private static ConfigException closing(RawInput raw, ConfigException reason) {
        try {
            raw.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        return reason;
    }

    private static LogFile open(
            String name, RawInput raw, Path temporaryDirectory, long maxTextBytes)
            throws IOException {
        PushbackInputStream start = Packing.start(raw);
        Packing packing = Packing.of(start);
        if (packing == Packing.NONE && raw.sizeBytes().isPresent()) {
            return new LogFile(name, raw, start, raw.channel(), raw.sizeBytes());
        }
        SpoolInput text =
                new SpoolInput(
                        packing.unpacked(start),
                        temporaryDirectory,
                        TemporaryFile.in(temporaryDirectory),
                        maxTextBytes);
        return new LogFile(name, raw, text, text.spool(), OptionalLong.empty());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OptionalLong sizeBytes() {
        return raw.sizeBytes();
    }

    @Override
    public long readBytes() {
        return raw.readBytes();
    }

    @Override
    public LogLines lines() {
        return lines;
    }

    @Override
    public byte[] line(long offset) throws IOException {
        int size = GUESSED_LINE_BYTES;
        while (true) {
            byte[] bytes = read(offset, size);
            int end = ByteRuns.lineEnd(bytes, 0, bytes.length);
            if (end < bytes.length || bytes.length < size) {
                return Arrays.copyOf(bytes, end);
            }
            if (size > LogLines.MAX_LINE_BYTES) {
                throw new EOFException(
                        "%s: no line end near offset %d; was it written to?"
                                .formatted(name, offset));
            }
            size *= GROWTH;
        }
    }

    /** Returns up to {@code size} bytes of the text, less at its end. */
    private byte[] read(long offset, int size) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate((int) Math.clamp(copyBytes() - offset, 0L, (long) size));
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = copy.read(bytes, offset + bytes.position());
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** What a file that is read in place has grown by is no part of the text. */
    private long copyBytes() throws IOException {
        return fixedBytes.isPresent() ? fixedBytes.getAsLong() : copy.size();
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
