package dev.lockstep.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Carries what an engine writes to our standard error. Until the run has started it is held back:
 * engines that refuse a program all say the same, which should be read once. Thread-safe.
 */
final class EngineOutput {
    private static final int MAX_HELD_BYTES = 64 << 10; // Full: nothing is held back any longer.
    private static final int BUFFER_BYTES = 8 << 10;

    private final StatusLine screen;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final Thread pump;
    private boolean released;

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

    /** Waits at most {@code millis} until the engine has closed its end. */
    void awaitEnd(long millis) throws InterruptedException {
        pump.join(Math.max(1, millis));
    }

    private void pump(InputStream from) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from) {
            int count;
            while ((count = from.read(buffer)) >= 0) {
                accept(buffer, count);
            }
        } catch (IOException e) {
            screen.print("warning: engine output lost (" + e.getMessage() + ")\n");
        }
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
