package dev.lockstep.server.events;

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

    /** For single lines, from any thread. */
    private final EventText again;

    private final Counting text;
    private final LogLines lines;

    private KeptLog(String name, EventText sequential) {
        this.name = name;
        this.sequential = sequential;
        this.again = sequential.again();
        this.text = new Counting(sequential.from(0));
        this.lines = new LogLines(name, text, this::end, LogLines.CHUNK_BYTES);
    }

    /**
     * Takes the log of an engine.
     *
     * @param run its number
     * @param text closed with this
     */
    public static KeptLog of(long run, String engine, EventText text) {
        return new KeptLog("run:%d/%s".formatted(run, engine), text);
    }

    private TextEnd end() {
        return sequential
                .damage()
                .<TextEnd>map(it -> new TextEnd.Cut(it, lines().number() + 1, readBytes()))
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
    private static final class Counting extends BulkInput {
        private final InputStream in;
        private volatile long count;

        Counting(InputStream in) {
            this.in = in;
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
