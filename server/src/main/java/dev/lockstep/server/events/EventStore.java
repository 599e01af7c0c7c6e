package dev.lockstep.server.events;

import dev.lockstep.server.run.ConfigException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the events of a coordinator's runs, on a thread of its own. Thread-safe; nothing here waits
 * for the disk but {@link #close} and reading.
 */
public final class EventStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStore.class);

    /** How old text may be that is not on the disk. */
    private static final long WRITE_INTERVAL_MS = 200;

    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final EventLogs logs;
    private final EventLimits limits;

    /** By number; only those that go on. */
    private final Map<Long, RunEvents> current = new ConcurrentHashMap<>();

    /** What waits for it is bounded by the runs: one write each, its beginning and its end. */
    private final ScheduledExecutorService disk =
            Executors.newSingleThreadScheduledExecutor(EventStore::newThread);

    /** Creates a store; its directories come into being with the first log. */
    public EventStore(Path stateDirectory, EventLimits limits) {
        logs = new EventLogs(stateDirectory);
        this.limits = limits;
        var _ =
                disk.scheduleWithFixedDelay(
                        this::write, WRITE_INTERVAL_MS, WRITE_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Nothing that it throws may end it: it would not be called again. */
    private void write() {
        try {
            current.values().forEach(run -> run.write(true));
        } catch (Throwable e) {
            LOG.error("events are not written", e);
        }
    }

    /**
     * Returns where the events of a run go.
     *
     * @param number of the run in the log of runs, once it has one
     */
    public RunEvents run(CompletableFuture<Long> number) {
        RunEvents run = new RunEvents(number.thenApplyAsync(this::claim, disk), limits, disk);
        var _ = number.thenAccept(id -> current.put(id, run));
        var _ = run.ended().thenCombine(number, (_, id) -> current.remove(id));
        return run;
    }

    /** Events have what a guest reads and writes, which is not for everybody. */
    private Path claim(long run) {
        try {
            Files.createDirectories(
                    logs.directory(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new ConfigException("event logs: %s: %s".formatted(logs.directory(), e));
        }
        return logs.directory(run);
    }

    /**
     * Opens the log of an engine: if the run goes on, as it is being written, else as it was kept.
     * Belongs to a thread that may wait for the disk.
     */
    public Optional<EventText> open(long run, String engine) throws IOException {
        RunEvents events = current.get(run);
        Optional<EventText> followed = events == null ? Optional.empty() : events.follow(engine);
        return followed.isPresent() ? followed : logs.open(run, engine);
    }

    /** Returns whether this is a run that goes on and whose events are kept. */
    public boolean isKeeping(long run) {
        return current.containsKey(run);
    }

    /**
     * Returns the engines of a run that tell events; empty if they are not known, or the run is
     * none that goes on here.
     */
    public Optional<Set<String>> tellers(long run) {
        RunEvents events = current.get(run);
        return events == null ? Optional.empty() : events.tellers();
    }

    /** Returns the names of a run's engines of which there are logs on the disk. */
    public List<String> engines(long run) throws IOException {
        return logs.engines(run);
    }

    /** Waits until the logs of all runs are on the disk; the runs must have ended. */
    @Override
    public void close() {
        disk.shutdown();
        try {
            if (!disk.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                disk.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A process that dies without closing must not be kept by its logs. */
    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "lockstep-events");
        thread.setDaemon(true);
        return thread;
    }
}
