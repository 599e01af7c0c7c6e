package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.protocol.EventLines;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Writes the events of a free run to a file, as docs/events.md says. */
final class EventFile implements Closeable {
    /** How old what is in the file may be when more comes. */
    private static final long FLUSH_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final BufferedWriter file;
    private final String engine;
    private long flushedNanos = System.nanoTime();

    /** Creates the file, or writes over what it had. */
    EventFile(Path path, String engine) throws IOException {
        this.engine = engine;
        file = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
        file.write(EventLines.schema(engine));
    }

    /**
     * Adds an event.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    void add(Event event) {
        try {
            file.write(EventLines.line(engine, event));
            if (event.getHostNs() - flushedNanos > FLUSH_NS) {
                flushedNanos = event.getHostNs();
                file.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write events: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
