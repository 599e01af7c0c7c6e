package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Progress.EngineSteps;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Tells how a run gets on. The coordinator's thread brings the news, another draws it. */
final class ProgressLine implements RunListener {
    private final StatusLine screen;
    private final LongSupplier nanoClock;
    private final Commentary commentary;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile @Nullable Progress latest;
    private volatile @Nullable InputRecord recorded;
    private double drawnSteps;
    private long drawnNanos;

    ProgressLine(StatusLine screen, LongSupplier nanoClock, Commentary commentary) {
        this.screen = screen;
        this.nanoClock = nanoClock;
        this.commentary = commentary;
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

    @Override
    public void diverged(Divergence divergence) {
        commentary.diverged(divergence);
    }

    @Override
    public void recorded(InputRecord inputs) {
        recorded = inputs;
    }

    /** Returns what the run asked of the world, if it was worth repeating, once it has ended. */
    Optional<InputRecord> recorded() {
        return Optional.ofNullable(recorded);
    }

    @Override
    public void said(String text) {
        commentary.said(text);
    }

    /** Prints what was told, and draws what came last. Belongs to one thread. */
    void draw() {
        print(commentary.take());
        Progress progress = latest;
        if (progress != null) {
            screen.show(text(progress));
        }
    }

    /** Prints what was told last. */
    void finish() {
        print(commentary.takeLast());
    }

    private void print(String text) {
        if (!text.isEmpty()) {
            screen.print(text);
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
        if (steps == 0 && furthest(progress) > 0) {
            return "nothing compared yet, at step " + Quantity.rough(furthest(progress));
        }
        return "%s steps, %s/s, lead %s%s"
                .formatted(
                        Quantity.rough(steps),
                        Quantity.rough(rate),
                        Quantity.rough(lead(progress)),
                        hostCalls(progress));
    }

    /** Returns the step that the engine ahead has come to. */
    private static double furthest(Progress progress) {
        return progress.engines().stream().mapToLong(EngineSteps::steps).max().orElse(0);
    }

    private static String hostCalls(Progress progress) {
        return progress.engines().stream()
                .filter(engine -> engine.hostCall() != null)
                .map(engine -> ", %s in host call %d".formatted(engine.name(), engine.hostCall()))
                .collect(Collectors.joining());
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
