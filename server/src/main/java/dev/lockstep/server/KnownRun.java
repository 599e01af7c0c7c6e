package dev.lockstep.server;

import dev.lockstep.server.log.LoggedRun;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.RunStatus;
import dev.lockstep.server.run.RunStatus.Stage;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * What is known of a run that is in progress, or ended not long ago. It holds no divergences: the
 * log does. Everything is called on the thread of the runs.
 */
final class KnownRun {
    private final RunSpec spec;
    private final Instant created;
    private final LoggedRun log;
    private final RunRegistry registry;

    /** Its number in the log, once it has one. */
    private final CompletableFuture<Long> logged = new CompletableFuture<>();

    private long divergenceCount;
    private @Nullable RunReport account;
    private boolean started;
    private boolean ended;

    KnownRun(RunSpec spec, Instant created, LoggedRun log, RunRegistry registry) {
        this.spec = spec;
        this.created = created;
        this.log = log;
        this.registry = registry;
    }

    String name() {
        return spec.name();
    }

    boolean wantsEvents() {
        return spec.events();
    }

    String launch() {
        return spec.launch();
    }

    /** Completes with the number of the run in the log once it has one; fails if it gets none. */
    CompletableFuture<Long> logged() {
        return logged;
    }

    LoggedRun log() {
        return log;
    }

    boolean ended() {
        return ended;
    }

    /** Takes note that all engines have come. */
    void start() {
        started = true;
    }

    /** Counts a divergence and returns its number. */
    long diverged() {
        return ++divergenceCount;
    }

    /** Takes the account, which is not in the log yet. */
    void conclude(RunReport report) {
        account = report.withoutDivergences();
    }

    /** Takes the account as everybody may know it. */
    void end(RunReport report) {
        conclude(report);
        ended = true;
    }

    RunStatus status() {
        RunReport report = account == null ? registry.interimReport(name()).orElseThrow() : account;
        return new RunStatus(spec, created, stage(), divergenceCount, report);
    }

    /** A run that is over has not ended before its verdict is in the log. */
    private Stage stage() {
        if (ended) {
            return Stage.ENDED;
        }
        return started ? Stage.RUNNING : Stage.ASSEMBLING;
    }
}
