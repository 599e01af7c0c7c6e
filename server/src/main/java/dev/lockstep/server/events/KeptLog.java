package dev.lockstep.server.events;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * The log that was kept of an engine. One that is still being written can be read too: its lines
 * come as the engine tells them, until the run ends.
 */
public final class KeptLog implements LogText {
    private final String name;
    private final EventText sequential;
    private final EventText again;
    private final Counting text;
    private final LogLines lines;

    /**
     * Opens it.
     *
     * @param name as the user calls it
     * @param sequential for its lines in their order; closed with this
     * @param again another reader of the same log, for single lines; closed with this
     */
    public KeptLog(String name, EventText sequential, EventText again) {
        this.name = name;
        this.sequential = sequential;
        this.again = again;
        this.text = new Counting(sequential.from(0));
        this.lines = new LogLines(name, text, this::end, LogLines.CHUNK_BYTES);
    }

    private TextEnd end() {
        return sequential
                .damage()
                .<TextEnd>map(it -> new TextEnd.Damaged(it, lines().number() + 1, readBytes()))
                .orElse(new TextEnd.Complete());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OptionalLong sizeBytes() {
        return sequential.isComplete()
                ? OptionalLong.of(sequential.length())
                : OptionalLong.empty();
    }

    @Override
    public long readBytes() {
        return text.count;
    }

    @Override
    public LogLines lines() {
        return lines;
    }

    @Override
    public byte[] line(long offset) throws IOException {
        synchronized (again) {
            return again.line(offset);
        }
    }

    @Override
    public void close() throws IOException {
        try (again) {
            sequential.close();
        }
    }

    /** Counts what goes through it. */
    private static final class Counting extends FilterInputStream {
        private volatile long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // Only the thread that reads writes it.
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
