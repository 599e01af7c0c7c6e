package dev.lockstep.server.log;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.sqlite.Database;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A run in the log. Every method hands its write to the log's thread and returns. Thread-safe. */
public final class LoggedRun {
    /** How old the progress in the store may be. */
    private static final long PROGRESS_INTERVAL_MS = 1000;

    private final Database database;
    private final Backlog backlog;
    private final LogReader reader;
    private final LongSupplier insertion;

    /** The number of the run in the log, once it has one. */
    private final CompletableFuture<Long> number = new CompletableFuture<>();

    private final AtomicLong nextProgressMs = new AtomicLong();

    /**
     * Creates the way to write a run that is not in the log yet.
     *
     * @param insertion enters it and returns its id
     */
    LoggedRun(Database database, Backlog backlog, LogReader reader, LongSupplier insertion) {
        this.database = database;
        this.backlog = backlog;
        this.reader = reader;
        this.insertion = insertion;
    }

    /** Enters the run; to be called first. Completes with its number once it is committed. */
    public CompletableFuture<Long> created() {
        AtomicLong entered = new AtomicLong();
        return backlog.add(
                        none -> {
                            entered.set(insertion.getAsLong());
                            return entered.get();
                        })
                .thenApply(done -> entered.get())
                .whenComplete((id, failure) -> {
                    if (failure == null) {
                        number.complete(id);
                    } else {
                        number.completeExceptionally(failure);
                    }
                });
    }

    /** Notes what the run asked of the world. Completes once it is committed. */
    public CompletableFuture<Void> recorded(InputRecord inputs) {
        return backlog.add(run -> insert(run, inputs));
    }

    /** Notes how far the run is, about once a second. */
    public void progressed(Progress progress) {
        if (progress.elapsedMs() >= nextProgressMs.get()) {
            nextProgressMs.set(progress.elapsedMs() + PROGRESS_INTERVAL_MS);
            backlog.replaceNews(run -> update(run, progress));
        }
    }

    /**
     * Notes a divergence. Completes once it is committed and outlives this process: never, if the
     * log refuses it to the end.
     */
    public CompletableFuture<Void> diverged(Divergence divergence) {
        return backlog.addPatiently(run -> insert(run, divergence));
    }

    /**
     * Completes with divergences that are committed, in the order they were found. Reading holds up
     * no write, and is tried once.
     *
     * @param first number of the first one wanted, from 1
     */
    public CompletableFuture<List<Divergence>> divergences(long first, int count) {
        return number.thenCompose(run -> reader.divergences(run, first, count));
    }

    /** Completes once all that was noted before is committed, exceptionally if that fails. */
    public CompletableFuture<Void> settled() {
        return backlog.add(run -> run);
    }

    /** Returns whether the disk follows; while it does not, the run must not find more. */
    public boolean keepsUp() {
        return !backlog.isFull();
    }

    /**
     * Notes a verdict. Completes once it is committed: it stands even if this process does not live
     * to write the report.
     */
    public CompletableFuture<Void> concluded(RunReport report) {
        backlog.dropNews();
        return backlog.add(run -> conclude(run, report));
    }

    /** Completes with the report once it is committed, or exceptionally when it cannot be. */
    public CompletableFuture<RunReport> ended(RunReport report) {
        return backlog.add(run -> update(run, report)).thenApply(done -> report);
    }

    private void update(long run, Progress progress) {
        update(run, progress.compared());
        database.update("UPDATE runs SET elapsed_ms = ? WHERE id = ?", progress.elapsedMs(), run);
        progress.engines().forEach(engine -> update(run, engine));
    }

    private void update(long run, Progress.EngineSteps engine) {
        enter(run, engine.name(), engine.role());
        database.update(
                """
                UPDATE engines SET connected = 1, steps = ?, blocks = ? WHERE run = ? AND name = ?
                """,
                engine.steps(),
                engine.blocks(),
                run,
                engine.name());
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
                    distance, block, evidence)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
                divergence.block(),
                divergence.evidenceBytes());
        return run;
    }

    private void insert(long run, RuleUse rule) {
        database.update(
                "INSERT INTO rules (run, name, reason, uses) VALUES (?, ?, ?, ?)",
                run,
                rule.name(),
                rule.reason(),
                rule.count());
    }

    private long insert(long run, InputRecord inputs) {
        database.update(
                "INSERT INTO inputs (run, packed) VALUES (?, ?)", run, StoredInputs.pack(inputs));
        return run;
    }

    private long conclude(long run, RunReport report) {
        update(run, report.compared());
        report.engines().stream()
                .filter(engine -> !engine.name().isEmpty())
                .forEach(engine -> update(run, engine));
        database.update(
                """
                UPDATE runs SET conclusion = ?, refusal = ?, strength = ?, elapsed_ms = ?
                WHERE id = ?
                """,
                report.verdict().name(),
                report.refusal(),
                report.strength().name(),
                report.elapsedMs(),
                run);
        return run;
    }

    private long update(long run, RunReport report) {
        conclude(run, report);
        report.notes()
                .forEach(note ->
                        database.update("INSERT INTO notes (run, text) VALUES (?, ?)", run, note));
        report.rules().forEach(rule -> insert(run, rule));
        database.update("UPDATE runs SET verdict = conclusion WHERE id = ?", run);
        return run;
    }

    /** Enters an engine that took an open place, of which the store knew nothing so far. */
    private void enter(long run, String engine, Role role) {
        database.update(
                """
                INSERT INTO engines (run, name, role) SELECT ?1, ?2, ?3
                WHERE NOT EXISTS (SELECT 1 FROM engines WHERE run = ?1 AND name = ?2)
                """,
                run,
                engine,
                role.name());
    }

    private void update(long run, EngineReport engine) {
        enter(run, engine.name(), engine.role());
        EngineReport.Exit exit = engine.exit();
        database.update(
                """
                UPDATE engines SET connected = ?, steps = ?, blocks = ?, exit_reason = ?,
                    exit_status = ?, outcome = ?, elapsed_ms = ?, peak_rss_bytes = ?, events = ?
                WHERE run = ? AND name = ?
                """,
                engine.connected() ? 1 : 0,
                engine.steps(),
                engine.blocks(),
                exit == null ? null : exit.reason().text(),
                exit == null ? null : exit.status(),
                engine.outcome() == null ? null : engine.outcome().name(),
                engine.elapsedMs(),
                engine.peakRssBytes(),
                engine.events(),
                run,
                engine.name());
    }
}
