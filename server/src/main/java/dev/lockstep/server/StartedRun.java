package dev.lockstep.server;

import dev.lockstep.server.log.LoggedRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.transport.EngineListener;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Connects one run with the log and with the one who created it. */
final class StartedRun implements RunHandle, RunListener {
    private final RunSpec spec;
    private final LoggedRun log;
    private final RunListener observer;
    private final RunRegistry registry;
    private final EngineListener listener;
    private final CompletableFuture<RunReport> report = new CompletableFuture<>();

    StartedRun(
            RunSpec spec,
            LoggedRun log,
            RunListener observer,
            RunRegistry registry,
            EngineListener listener) {
        this.spec = spec;
        this.log = log;
        this.observer = observer;
        this.registry = registry;
        this.listener = listener;
    }

    /** Creates the run on the thread of the runs, and waits until it is there. */
    void begin() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        listener.execute(() -> {
            try {
                registry.create(spec, this);
                log.created();
                begun.complete(null);
            } catch (ConfigException e) {
                report.completeExceptionally(e);
                begun.completeExceptionally(e);
            }
        });
        try {
            begun.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ConfigException refusal ? refusal : e;
        }
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public CompletableFuture<RunReport> report() {
        return report;
    }

    @Override
    public void abandon(String reason) {
        if (!report.isDone()) {
            listener.execute(() -> registry.abandon(spec.name(), reason));
        }
    }

    @Override
    public void absent(String engine, String reason) {
        if (!report.isDone()) {
            listener.execute(() -> registry.absent(spec.name(), engine, reason));
        }
    }

    @Override
    public void runStarted() {
        observer.runStarted();
    }

    @Override
    public void progressed(Progress progress) {
        log.progressed(progress);
        observer.progressed(progress);
    }

    @Override
    public void diverged(Divergence divergence) {
        log.diverged(divergence);
        observer.diverged(divergence);
    }

    @Override
    public void ended(RunReport result) {
        var _ = log.ended(result).whenComplete((committed, failure) -> announce(result, failure));
    }

    /** Tells first who watches, then who waits: the latter may close the coordinator at once. */
    private void announce(RunReport result, @Nullable Throwable failure) {
        // A verdict that took hours to reach is not withheld because a disk is full.
        RunReport told = failure == null ? result : result.withNote("not logged: " + why(failure));
        listener.execute(() -> {
            try {
                observer.ended(told);
            } finally {
                report.complete(told);
            }
        });
    }

    private static String why(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }
}
