package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Compares two event logs while they are written. What it says meanwhile holds for what is known by
 * then: a rule may still absorb a difference when an id turns out to be used by other threads, too.
 * What it says at the end is what {@link EventDiff} says.
 */
public final class LiveDiff {
    private static final long INTERVAL_MS = 50;

    private final DiffRequest request;
    private final DiffProgress progress;
    private final Consumer<PairResult> listener;

    /** Guards both indexes: readers add to them while they are compared. */
    private final Object lock = new Object();

    private final Map<ThreadPairs.Pair, PairWalk> walks = new HashMap<>();

    /**
     * Creates it.
     *
     * @param listener is told of each pair of threads in which a difference was found, at once
     */
    public LiveDiff(DiffRequest request, DiffProgress progress, Consumer<PairResult> listener) {
        this.request = request;
        this.progress = progress;
        this.listener = listener;
    }

    /**
     * Follows two logs to their ends; returns what comparing them came to.
     *
     * @throws MalformedLogException if one is no event log
     * @throws IOException if one cannot be read
     * @throws InterruptedException if the thread is interrupted; the logs may be closed then
     */
    public EventDiffResult follow(LogText reference, LogText subject)
            throws IOException, InterruptedException {
        try (Spool left = Spool.in(request.temporaryDirectory());
                Spool right = Spool.in(request.temporaryDirectory())) {
            Follower one = new Follower(reference, Side.REFERENCE, left);
            Follower other = new Follower(subject, Side.SUBJECT, right);
            try {
                LogPair logs = LogPair.of(one.log(), other.log(), request.profile());
                while (!(one.isDone() && other.isDone())) {
                    Thread.sleep(INTERVAL_MS);
                    compare(logs);
                }
                return new Judgement(request, progress).of(one.result(), other.result());
            } finally {
                one.stop();
                other.stop();
            }
        }
    }

    private void compare(LogPair logs) {
        synchronized (lock) {
            ThreadPairs pairs = ThreadPairs.of(logs, request);
            for (ThreadPairs.Pair pair : pairs.pairs()) {
                PairWalk walk = walks.computeIfAbsent(pair, it -> new PairWalk(it, logs, _ -> {}));
                boolean known = walk.isDifferent();
                if (walk.goOn().isPresent() && !known) {
                    listener.accept(walk.result(0));
                }
            }
        }
    }

    /** Reads one log on a thread of its own, as it grows. */
    private final class Follower {
        private final LogText text;
        private final LogIndexer indexer;
        private final LogReading reading;
        private final FutureTask<LogReading.Outcome> task;
        private final Thread thread;

        Follower(LogText text, Side side, Spool spool) {
            this.text = text;
            this.indexer = new LogIndexer(text.name(), request.profile(), spool);
            this.reading =
                    new LogReading(
                            text,
                            side,
                            indexer,
                            line -> {
                                synchronized (lock) {
                                    indexer.read(line);
                                }
                            },
                            progress,
                            1);
            this.task = new FutureTask<>(reading::run);
            this.thread =
                    Thread.ofPlatform().daemon().name("lockstep-follow-" + text.name()).start(task);
        }

        IndexedLog log() {
            return IndexedLog.growing(text, indexer.index(), request.profile());
        }

        boolean isDone() {
            return task.isDone();
        }

        EventDiff.ReadLog result() throws IOException, InterruptedException {
            try {
                return new EventDiff.ReadLog(text, task.get());
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException failure -> throw failure;
                    case RuntimeException failure -> throw failure;
                    case null, default -> throw new IllegalStateException(e);
                }
            }
        }

        /** Ends it before its index goes away. */
        void stop() throws InterruptedException {
            reading.cancel();
            thread.interrupt();
            thread.join();
        }
    }
}
