package dev.lockstep.server.log;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.RunReport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/** A run in the log. Every method hands its write to the log's thread and returns. Thread-safe. */
public final class LoggedRun {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedRun.class);

    private final Database database;
    private final ThreadPoolExecutor writer;
    private final String name;
    private final LongSupplier insertion;

    // Of the log's thread alone.
    private long id;
    private @Nullable RuntimeException failure;

    /**
     * Creates the way to write a run that is not in the log yet.
     *
     * @param insertion enters it and returns its id
     */
    LoggedRun(Database database, ThreadPoolExecutor writer, String name, LongSupplier insertion) {
        this.database = database;
        this.writer = writer;
        this.name = name;
        this.insertion = insertion;
    }

    /** Enters the run; to be called first. */
    public void created() {
        var _ = write(none -> insertion.getAsLong());
    }

    /** Notes how far the run is, unless the log has more important things to write. */
    public void progressed(Progress progress) {
        if (writer.getQueue().isEmpty()) {
            var _ = submit(() -> tryUpdate(progress));
        }
    }

    /** Notes a divergence at once, in case the coordinator does not live to report it. */
    public void diverged(Divergence divergence) {
        var _ = write(run -> insert(run, divergence));
    }

    /** Completes with the report once it is committed, or exceptionally when it cannot be. */
    public CompletableFuture<RunReport> ended(RunReport report) {
        return write(run -> update(run, report)).thenApply(done -> report);
    }

    /** Does {@code work}, which gets the id of this run and returns it, in one transaction. */
    private CompletableFuture<Void> write(LongUnaryOperator work) {
        return submit(() -> transact(work));
    }

    private CompletableFuture<Void> submit(Runnable task) {
        try {
            return CompletableFuture.runAsync(task, writer);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new ConfigException(
                            "run %s: the log of runs does not keep up; use a faster disk"
                                    .formatted(name),
                            e));
        }
    }

    private void transact(LongUnaryOperator work) {
        if (failure != null) {
            throw new CompletionException(failure);
        }
        try {
            database.transact(() -> id = work.applyAsLong(id));
        } catch (RuntimeException e) {
            LOG.error("run {}: {}", name, e.getMessage());
            failure = e;
            throw e;
        }
    }

    /** Progress is news that the next news replaces, so the run survives its loss. */
    private void tryUpdate(Progress progress) {
        if (failure == null) {
            try {
                database.transact(() -> update(id, progress));
            } catch (RuntimeException e) {
                LOG.info("run {}: progress lost: {}", name, e.getMessage());
            }
        }
    }

    private void update(long run, Progress progress) {
        update(run, progress.compared());
        progress.engines()
                .forEach(engine ->
                        database.update(
                                "UPDATE engines SET connected = 1, steps = ? WHERE run = ? AND name"
                                        + " = ?",
                                engine.steps(),
                                run,
                                engine.name()));
    }

    private void update(long run, Compared compared) {
        database.update(
                """
                UPDATE runs SET steps = ?, blocks = ?, windows = ?, digests = ?, registers = ?,
                    stores = ?, inputs = ?
                WHERE id = ?
                """,
                compared.steps(),
                compared.blocks(),
                compared.windows(),
                compared.digests(),
                compared.registers(),
                compared.stores(),
                compared.inputs(),
                run);
    }

    private long insert(long run, Divergence divergence) {
        database.update(
                """
                INSERT INTO divergences (run, engine, step, pc, field, reference, subject, class,
                    distance, block)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                run,
                divergence.engine(),
                divergence.step(),
                divergence.pc(),
                divergence.field(),
                divergence.reference(),
                divergence.subject(),
                divergence.classification(),
                divergence.distance(),
                divergence.block());
        return run;
    }

    private long update(long run, RunReport report) {
        update(run, report.compared());
        report.engines().forEach(engine -> update(run, engine));
        report.notes()
                .forEach(note ->
                        database.update("INSERT INTO notes (run, text) VALUES (?, ?)", run, note));
        database.update(
                "UPDATE runs SET verdict = ?, refusal = ?, strength = ?, elapsed_ms = ? WHERE id ="
                        + " ?",
                report.verdict().name(),
                report.refusal(),
                report.strength().name(),
                report.elapsedMs(),
                run);
        return run;
    }

    private void update(long run, EngineReport engine) {
        EngineReport.Exit exit = engine.exit();
        database.update(
                """
                UPDATE engines SET connected = ?, steps = ?, blocks = ?, exit_reason = ?,
                    exit_status = ?, elapsed_ms = ?, peak_rss_bytes = ?
                WHERE run = ? AND name = ?
                """,
                engine.connected() ? 1 : 0,
                engine.steps(),
                engine.blocks(),
                exit == null ? null : exit.reason(),
                exit == null ? null : exit.status(),
                engine.elapsedMs(),
                engine.peakRssBytes(),
                run,
                engine.name());
    }
}
