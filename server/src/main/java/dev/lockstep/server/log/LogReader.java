package dev.lockstep.server.log;

import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.sqlite.Database;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Reads the log for those who ask while runs go on: on a thread and a connection of its own, so
 * that no write waits for a reader, and no reader for a write. Thread-safe.
 */
final class LogReader implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final Path stateDirectory;

    /** What waits for it is bounded by the calls that the services take at a time. */
    private final ExecutorService thread;

    /** Opened by the first who asks, since most runs end without. Of the thread alone. */
    private @Nullable Database database;

    LogReader(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
        thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("lockstep-log-reader").factory());
    }

    /**
     * Completes with some of the divergences of a run, oldest first.
     *
     * @param first number of the first one, from 1
     */
    CompletableFuture<List<Divergence>> divergences(long run, long first, int count) {
        return CompletableFuture.supplyAsync(
                () -> RunStore.divergences(database(), run, first, count), thread);
    }

    /** Completes with the run of this number, or the newest of this name. */
    CompletableFuture<Optional<StoredRun>> find(String numberOrName) {
        return CompletableFuture.supplyAsync(() -> RunStore.find(database(), numberOrName), thread);
    }

    /** Completes with the engines of a run that are known by now. */
    CompletableFuture<List<EngineSpec>> engines(long run) {
        return CompletableFuture.supplyAsync(() -> RunStore.engines(database(), run), thread);
    }

    @Override
    public void close() {
        thread.execute(this::closeDatabase);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Database database() {
        Database open = database;
        if (open == null) {
            open = LogSchema.open(stateDirectory);
            database = open;
        }
        return open;
    }

    private void closeDatabase() {
        if (database != null) {
            database.close();
        }
    }
}
