package dev.lockstep.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries what an engine writes to a screen. Until the run has started it is held back: engines
 * that refuse a program all say the same, which should be read once. Thread-safe.
 */
final class EngineOutput {
    private static final int MAX_HELD_BYTES = 64 << 10; // Full: nothing is held back any longer.
    private static final int BUFFER_BYTES = 8 << 10;

    /** More than a pipe holds: what comes after so many bytes is not a dead process's. */
    private static final long PIPE_BYTES = 1 << 20;

    /** How long a pipe may be silent before whoever still holds it is left alone. */
    private static final long QUIET_MS = 500;

    private final StatusLine screen;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final Thread pump;
    private boolean released;

    /** Written by the pump alone. */
    private final AtomicLong readBytes = new AtomicLong();

    private volatile boolean reads;

    private EngineOutput(String name, InputStream from, StatusLine screen) {
        this.screen = screen;
        pump = Thread.ofPlatform().daemon().name(name + "-output").start(() -> pump(from));
    }

    static EngineOutput start(String name, InputStream from, StatusLine screen) {
        return new EngineOutput(name, from, screen);
    }

    /** Returns what is held back. */
    synchronized String held() {
        return held.toString(StandardCharsets.UTF_8);
    }

    /** Passes on what was held back and all that follows. */
    synchronized void release() {
        if (!released) {
            released = true;
            screen.write(held.toByteArray(), held.size());
            held.reset();
        }
    }

    /**
     * Waits until all is passed on that the engine, which is dead, has written, however slowly the
     * screen takes it. What it started may still hold the pipe: that is not waited for.
     */
    void awaitEnd() throws InterruptedException {
        long start = readBytes.get();
        long before;
        do {
            before = readBytes.get();
            pump.join(QUIET_MS);
        } while (pump.isAlive()
                && readBytes.get() - start < PIPE_BYTES
                && (readBytes.get() != before || !reads));
    }

    private void pump(InputStream from) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from) {
            int count;
            while ((count = read(from, buffer)) >= 0) {
                readBytes.addAndGet(count);
                accept(buffer, count);
            }
        } catch (IOException e) {
            screen.print("warning: engine output lost (" + e.getMessage() + ")\n");
        }
    }

    private int read(InputStream from, byte[] buffer) throws IOException {
        reads = true;
        int count = from.read(buffer);
        reads = false;
        return count;
    }

    private synchronized void accept(byte[] bytes, int count) {
        if (!released && held.size() + count > MAX_HELD_BYTES) {
            release();
        }
        if (released) {
            screen.write(bytes, count);
        } else {
            held.write(bytes, 0, count);
        }
    }
}
