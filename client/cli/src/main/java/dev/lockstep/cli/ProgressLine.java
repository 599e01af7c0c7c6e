package dev.lockstep.cli;

import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Progress.EngineSteps;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Tells how a run gets on. The coordinator's thread brings the news, another draws it. */
final class ProgressLine implements RunListener {
    private final StatusLine screen;
    private final LongSupplier nanoClock;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile @Nullable Progress latest;
    private double drawnSteps;
    private long drawnNanos;

    ProgressLine(StatusLine screen, LongSupplier nanoClock) {
        this.screen = screen;
        this.nanoClock = nanoClock;
        drawnNanos = nanoClock.getAsLong();
    }

    /** Completes when all engines are there. */
    CompletableFuture<Void> started() {
        return started;
    }

    @Override
    public void runStarted() {
        started.complete(null);
    }

    @Override
    public void progressed(Progress progress) {
        latest = progress;
    }

    /** Draws what came last. Belongs to one thread. */
    void draw() {
        Progress progress = latest;
        if (progress != null) {
            screen.show(text(progress));
        }
    }

    private String text(Progress progress) {
        double steps = progress.compared().steps();
        long nanos = nanoClock.getAsLong();
        double rate =
                (steps - drawnSteps)
                        * TimeUnit.SECONDS.toNanos(1)
                        / Math.max(1, nanos - drawnNanos);
        drawnSteps = steps;
        drawnNanos = nanos;
        return "%s steps, %s/s, lead %s"
                .formatted(
                        Quantity.rough(steps),
                        Quantity.rough(rate),
                        Quantity.rough(lead(progress)));
    }

    /** Returns how many steps the reference is ahead of the slowest subject. */
    private static double lead(Progress progress) {
        long reference = 0;
        long slowest = Long.MAX_VALUE;
        for (EngineSteps engine : progress.engines()) {
            if (engine.role() == Role.REFERENCE) {
                reference = engine.steps();
            } else {
                slowest = Math.min(slowest, engine.steps());
            }
        }
        return reference - slowest;
    }
}
