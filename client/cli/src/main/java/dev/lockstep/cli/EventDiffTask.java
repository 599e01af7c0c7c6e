package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.server.diff.events.DiffProgress;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiff;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.Side;
import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Compares two logs, and shows on a terminal how far it is. */
final class EventDiffTask {
    private static final long DRAW_INTERVAL_MS = 200;

    private final DiffRequest request;
    private final DiffProgress progress = new DiffProgress();
    private final long startNanos = System.nanoTime();

    /** Belongs to the thread that draws. */
    private long comparingSinceNanos;

    EventDiffTask(DiffRequest request) {
        this.request = request;
    }

    EventDiffResult compare(LogText left, LogText right) throws IOException, InterruptedException {
        var screen = new StatusLine(System.err, Terminal.of(Terminal.STANDARD_ERROR).interactive());
        try (ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("lockstep-progress").factory())) {
            if (screen.interactive()) {
                var _ =
                        timer.scheduleAtFixedRate(
                                () -> screen.show(status(left, right)),
                                DRAW_INTERVAL_MS,
                                DRAW_INTERVAL_MS,
                                TimeUnit.MILLISECONDS);
            }
            try {
                return new EventDiff(request, progress).compare(left, right);
            } finally {
                timer.shutdownNow();
            }
        } finally {
            screen.clear();
        }
    }

    /** Returns how long it took so far. */
    long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private String status(LogText left, LogText right) {
        return progress.eventsToCompare() > 0 ? comparing() : reading(left, right);
    }

    private String reading(LogText left, LogText right) {
        double seconds = secondsSince(startNanos);
        double part =
                Math.min(
                        part(left.sizeBytes(), progress.bytes(Side.REFERENCE)),
                        part(right.sizeBytes(), progress.bytes(Side.SUBJECT)));
        return "%s events read, %s/s%s"
                .formatted(
                        Quantity.rough((double) progress.events()),
                        Quantity.rough(progress.events() / seconds),
                        timeLeft(part, seconds));
    }

    /** Not known of a pipe, which has no size. */
    private static double part(OptionalLong size, long read) {
        return size.isEmpty() ? 0 : (double) read / Math.max(1, size.getAsLong());
    }

    private String comparing() {
        if (comparingSinceNanos == 0) {
            comparingSinceNanos = System.nanoTime();
        }
        double seconds = secondsSince(comparingSinceNanos);
        double compared = progress.comparedEvents();
        double all = progress.eventsToCompare();
        return "%s of %s events compared, %s/s%s"
                .formatted(
                        Quantity.rough(compared),
                        Quantity.rough(all),
                        Quantity.rough(compared / seconds),
                        timeLeft(compared / all, seconds));
    }

    /** The first look is up to one interval late. */
    private static double secondsSince(long nanos) {
        return Math.max(DRAW_INTERVAL_MS / 1e3, (System.nanoTime() - nanos) / 1e9);
    }

    private static String timeLeft(double part, double seconds) {
        return part <= 0
                ? ""
                : ", %.0f %%, %s left"
                        .formatted(
                                100 * part,
                                Quantity.time((long) (1000 * seconds * (1 - part) / part)));
    }
}
