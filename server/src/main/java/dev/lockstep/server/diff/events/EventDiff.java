package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.util.concurrent.FutureTask;

/** Compares two event logs: reads both at once, pairs their threads, walks along each pair. */
public final class EventDiff {
    private static final long PATIENCE_MS = 1000;

    private final DiffRequest request;
    private final DiffProgress progress;

    /** Creates it; {@code progress} is told how far it comes. */
    public EventDiff(DiffRequest request, DiffProgress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Compares.
     *
     * @throws MalformedLogException if one is no event log
     * @throws dev.lockstep.server.run.ConfigException if a thread is asked for that is not there
     * @throws IOException if one cannot be read
     */
    public EventDiffResult compare(LogText reference, LogText subject)
            throws IOException, InterruptedException {
        try (Spool left = Spool.in(request.temporaryDirectory());
                Spool right = Spool.in(request.temporaryDirectory())) {
            LogReading referenceReading = reading(reference, Side.REFERENCE, left);
            LogReading subjectReading = reading(subject, Side.SUBJECT, right);
            Both both = read(referenceReading, subjectReading);
            return new Judgement(request, progress)
                    .of(new ReadLog(reference, both.reference), new ReadLog(subject, both.subject));
        }
    }

    private LogReading reading(LogText text, Side side, Spool spool) {
        var indexer = new LogIndexer(text.name(), side, request.profile(), spool);
        return new LogReading(
                text, side, indexer, indexer::read, progress, LogReading.LINES_BETWEEN_REPORTS);
    }

    /** A log that was read to its end. */
    record ReadLog(LogText text, LogReading.Outcome outcome) {}

    private record Both(LogReading.Outcome reference, LogReading.Outcome subject) {}

    private static Both read(LogReading reference, LogReading subject)
            throws IOException, InterruptedException {
        var reading =
                new FutureTask<>(() -> {
                    try {
                        return subject.run();
                    } catch (IOException | RuntimeException e) {
                        reference.cancel();
                        throw e;
                    }
                });
        Thread thread = Thread.ofPlatform().daemon().name("lockstep-subject-log").start(reading);
        try {
            return new Both(reference.run(), LogReading.outcome(reading));
        } finally {
            subject.cancel();
            // Only a reader that waits for a pipe takes longer; its process is about to end.
            thread.join(PATIENCE_MS);
        }
    }
}
