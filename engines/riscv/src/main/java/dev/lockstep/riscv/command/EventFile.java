package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.protocol.EventLines;
import dev.lockstep.riscv.HostCallListener;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Writes the events of a free run to a file, as docs/events.md says. Whenever the guest may wait,
 * the file has all of them, and so it has when the process is told to end.
 */
final class EventFile implements HostCallListener, Closeable {
    /** How old what is in the file may be when more comes. */
    private static final long FLUSH_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long the end of the process waits for whoever reads the file, if it is a pipe. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Path path;
    private final String engine;
    private final BufferedWriter file;
    private long flushedNanos = System.nanoTime();
    private boolean closed;

    /** The file cannot be written. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(Path path, IOException cause) {
            super(
                    "--events %s: cannot be written (%s); name a file where there is room, in a directory you may write to"
                            .formatted(path, reason(cause)),
                    cause);
        }

        private static String reason(IOException cause) {
            return switch (cause) {
                case NoSuchFileException _ -> "no such directory";
                case AccessDeniedException _ -> "permission denied";
                case FileSystemException e when e.getReason() != null -> e.getReason();
                case FileSystemException e -> e.getClass().getSimpleName();
                default -> String.valueOf(cause.getMessage());
            };
        }
    }

    /**
     * Creates the file, or writes over what it had.
     *
     * @throws Failure if it cannot be written, as everything here does
     */
    EventFile(Path path, String engine) {
        this.path = path;
        this.engine = engine;
        try {
            file = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
            file.write(EventLines.schema(engine));
        } catch (IOException e) {
            throw new Failure(path, e);
        }
    }

    /** Keeps what the file lacks from being lost when the process is told to end. */
    EventFile closedAtShutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeInTime, "lockstep-events-end"));
        return this;
    }

    /** Adds an event. One that comes when the file is closed is not told: the process ends. */
    synchronized void add(Event event) {
        if (closed) {
            return;
        }
        try {
            file.write(EventLines.line(engine, event));
            if (event.getHostNs() - flushedNanos > FLUSH_NS) {
                flushedNanos = event.getHostNs();
                file.flush();
            }
        } catch (IOException e) {
            throw new Failure(path, e);
        }
    }

    /** Brings all to the file, since the guest may wait now. */
    @Override
    public synchronized void entered(long number) {
        try {
            if (!closed) {
                file.flush();
            }
        } catch (IOException e) {
            throw new Failure(path, e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            file.close();
        } catch (IOException e) {
            throw new Failure(path, e);
        }
    }

    private void closeInTime() {
        Thread last = Thread.ofPlatform().daemon().name("lockstep-events").start(this::closeOrTell);
        try {
            last.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeOrTell() {
        try {
            close();
        } catch (Failure e) {
            System.err.println("error: " + e.getMessage());
        }
    }
}
