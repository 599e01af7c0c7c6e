package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogLines;
import dev.lockstep.server.events.LogText;
import dev.lockstep.server.events.TextEnd;
import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Reads a whole log: its index is built, and how it ends is found out. */
final class LogReading {
    /** Of a log that is complete. */
    static final int LINES_BETWEEN_REPORTS = 1 << 12;

    private final LogText text;
    private final Side side;
    private final LogIndexer indexer;
    private final Taker taker;
    private final DiffProgress progress;
    private final int linesBetweenReports;
    private volatile boolean cancelled;

    /** Takes up the line that a reader is at. */
    interface Taker {
        void take(LogLines line);
    }

    /**
     * Creates it.
     *
     * @param taker gives lines to the indexer
     * @param linesBetweenReports after so many lines {@code progress} is told
     */
    LogReading(
            LogText text,
            Side side,
            LogIndexer indexer,
            Taker taker,
            DiffProgress progress,
            int linesBetweenReports) {
        this.text = text;
        this.side = side;
        this.indexer = indexer;
        this.taker = taker;
        this.progress = progress;
        this.linesBetweenReports = linesBetweenReports;
    }

    /**
     * What a log holds.
     *
     * @param index its threads
     * @param cut why it ends too early, if it does
     * @param note what else happened while it was read
     * @param byteCount bytes of its text
     */
    record Outcome(LogIndex index, Optional<String> cut, Optional<String> note, long byteCount) {}

    /** Makes {@link #run} return soon. */
    void cancel() {
        cancelled = true;
    }

    /**
     * Reads the log.
     *
     * @throws ConfigException if it is none
     */
    Outcome run() throws IOException {
        LogLines lines = text.lines();
        Optional<String> cut = Optional.empty();
        long unreported = -1; // The first line is no event.
        while (cut.isEmpty() && !cancelled && lines.next()) {
            cut = read(lines);
            if (++unreported == linesBetweenReports) {
                progress.read(side, text.readBytes(), unreported);
                unreported = 0;
            }
        }
        progress.read(side, text.readBytes(), Math.max(0, unreported));
        long byteCount = lines.offset() + lines.length();
        if (cut.isPresent() || cancelled) {
            return new Outcome(indexer.index(), cut, Optional.empty(), byteCount);
        }
        return ended(lines.end(), byteCount);
    }

    /** Waits for a log that is read on another thread; throws what reading it failed with. */
    static Outcome outcome(Future<Outcome> reading) throws IOException, InterruptedException {
        try {
            return reading.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** A last line without a line end may be the beginning of one; then it is left out. */
    private Optional<String> read(LogLines lines) {
        try {
            taker.take(lines);
            return Optional.empty();
        } catch (MalformedLogException e) {
            if (lines.ended() || !indexer.isHeaderRead()) {
                throw e;
            }
            return Optional.of(
                    "line %d breaks off after %d bytes".formatted(lines.number(), lines.length()));
        }
    }

    private Outcome ended(TextEnd end, long byteCount) {
        if (!indexer.isHeaderRead()) {
            throw new MalformedLogException(
                    "%s: %s (expected: an event log)".formatted(text.name(), emptiness(end)));
        }
        return switch (end) {
            case TextEnd.Complete _ -> outcome(Optional.empty(), Optional.empty(), byteCount);
            case TextEnd.Grown(long size, long newSize) ->
                    outcome(
                            Optional.empty(),
                            Optional.of(
                                    "grew from %d to %d bytes while it was read; its first %d bytes were compared"
                                            .formatted(size, newSize, size)),
                            byteCount);
            case TextEnd.Cut(String reason, long line, _) ->
                    outcome(
                            Optional.of("%s, in line %d".formatted(reason, line)),
                            Optional.empty(),
                            byteCount);
            case TextEnd.Damaged(String reason, long line, _) ->
                    outcome(
                            Optional.of("%s, in line %d".formatted(reason, line)),
                            Optional.empty(),
                            byteCount);
        };
    }

    private static String emptiness(TextEnd end) {
        return switch (end) {
            case TextEnd.Complete _, TextEnd.Grown _ -> "empty file";
            case TextEnd.Cut(String reason, _, _) -> "no line is whole: " + reason;
            case TextEnd.Damaged(String reason, _, _) -> "no line is whole: " + reason;
        };
    }

    private Outcome outcome(Optional<String> cut, Optional<String> note, long byteCount) {
        return new Outcome(indexer.index(), cut, note, byteCount);
    }
}
