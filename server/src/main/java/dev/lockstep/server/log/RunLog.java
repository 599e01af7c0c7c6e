package dev.lockstep.server.log;

import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.Owner;
import dev.lockstep.server.sqlite.OwnerLock;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes the runs of one coordinator to the store, on a thread of its own. Thread-safe; nothing
 * here waits for the disk but {@link #open} and {@link #close}.
 */
public final class RunLog implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final Database database;
    private final LogReader reader;
    private final OwnerLock lock;
    private final Path runtimeDirectory;
    private final InstantSource clock;

    /** What waits for it is bounded by the runs: one task for each, its {@link Backlog}. */
    private final ExecutorService writer = Executors.newSingleThreadExecutor(RunLog::newThread);

    private RunLog(
            Database database,
            LogReader reader,
            OwnerLock lock,
            Path runtimeDirectory,
            InstantSource clock) {
        this.database = database;
        this.reader = reader;
        this.lock = lock;
        this.runtimeDirectory = runtimeDirectory;
        this.clock = clock;
    }

    /**
     * Opens the store for a coordinator that owns its runs from now on, and sweeps it soon.
     *
     * @param vanished gets the runtime directory of every coordinator that vanished, on the log's
     *     thread
     * @throws dev.lockstep.server.run.ConfigException if the directory cannot be used
     */
    public static RunLog open(
            Path stateDirectory,
            Path runtimeDirectory,
            InstantSource clock,
            Consumer<Path> vanished) {
        Database database = LogSchema.open(stateDirectory);
        OwnerLock lock;
        try {
            lock = OwnerLock.create(stateDirectory);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        RunLog log =
                new RunLog(
                        database,
                        new LogReader(stateDirectory),
                        lock,
                        runtimeDirectory.toAbsolutePath(),
                        clock);
        log.writer.execute(() -> new Sweeper(database, stateDirectory, vanished).sweep());
        return log;
    }

    /** Returns the way to write a run, which enters the log when it is created. */
    public LoggedRun run(RunSpec spec) {
        return new LoggedRun(
                database,
                new Backlog(database, writer, spec.name()),
                reader,
                () -> insert(spec, clock.millis()));
    }

    /** Completes with the run of this number, or the newest of this name, whosever it is. */
    public CompletableFuture<Optional<StoredRun>> find(String numberOrName) {
        return reader.find(numberOrName);
    }

    /** Completes with the engines of a run that are known by now. */
    public CompletableFuture<List<EngineSpec>> engines(long run) {
        return reader.engines(run);
    }

    /** Writes what waits, and gives up the ownership; all runs must have their verdict. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close();
        database.close();
        lock.close();
    }

    /** A process that dies without closing must not be kept by its log; the next opener sweeps. */
    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "lockstep-log");
        thread.setDaemon(true);
        return thread;
    }

    private long insert(RunSpec spec, long createdMs) {
        Profile profile = spec.profile();
        Owner owner = Owner.of(lock);
        boolean isBuiltIn = Profile.builtIn().contains(profile);
        long run =
                database.insert(
                        """
                        INSERT INTO runs (name, created_ms, command, profile, profile_name,
                            profile_sha256, grain, strength, owner_pid, owner_start_ms, owner_lock,
                            runtime_directory)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                        spec.name(),
                        createdMs,
                        spec.command(),
                        profile.base().name(),
                        isBuiltIn ? null : profile.name(),
                        isBuiltIn ? null : profile.sha256(),
                        spec.grain().name(),
                        spec.strength().name(),
                        owner.processId(),
                        owner.startMs(),
                        owner.lock(),
                        runtimeDirectory.toString());
        spec.engines().stream()
                .filter(engine -> !engine.isOpen())
                .forEach(engine ->
                        database.update(
                                "INSERT INTO engines (run, name, role) VALUES (?, ?, ?)",
                                run,
                                engine.name(),
                                engine.role().name()));
        return run;
    }
}
