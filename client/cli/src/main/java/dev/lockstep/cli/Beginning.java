package dev.lockstep.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Takes any amount of output and keeps its first bytes. Thread-safe. */
final class Beginning extends OutputStream {
    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /**
     * @param limit bytes to keep at most
     */
    Beginning(int limit) {
        this.limit = limit;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        kept.write(bytes, offset, Math.min(length, limit - kept.size()));
    }

    /** Returns what was kept, as UTF-8. */
    synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    /** Returns a screen that shows nothing, and keeps here what it was to show. */
    StatusLine asScreen() {
        return new StatusLine(new PrintStream(this, true, StandardCharsets.UTF_8), false);
    }
}
