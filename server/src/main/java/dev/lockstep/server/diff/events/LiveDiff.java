package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Compares two event logs while they are written. What it says at the end is what {@link EventDiff}
 * says. What it says meanwhile holds for what is known by then:
 *
 * <ul>
 *   <li>A rule may still absorb a difference when an id turns out to be used by other threads, too.
 *   <li>Where numbers of threads decide only if both logs have the same, and so far they have, a
 *       thread may still come that one of them lacks, and others be partners then.
 *   <li>Where the first events of threads decide, nothing is said before the end.
 * </ul>
 */
public final class LiveDiff {
    private static final long INTERVAL_MS = 50;

    private final DiffRequest request;
    private final DiffProgress progress;
    private final Consumer<PairResult> listener;

    /**
     * Creates it.
     *
     * @param listener is told of each pair of threads in which a difference was found, at once; on
     *     the thread that follows the logs
     */
    public LiveDiff(DiffRequest request, DiffProgress progress, Consumer<PairResult> listener) {
        this.request = request;
        this.progress = progress;
        this.listener = listener;
    }

    /**
     * Follows two logs to their ends; returns what comparing them came to.
     *
     * @throws MalformedLogException if one is no event log; at once, however long the other is
     * @throws IOException if one cannot be read
     * @throws InterruptedException if the thread is interrupted; the logs may be closed then
     */
    public EventDiffResult follow(LogText reference, LogText subject)
            throws IOException, InterruptedException {
        try (Spool left = Spool.in(request.temporaryDirectory());
                Spool right = Spool.in(request.temporaryDirectory());
                Followers logs = new Followers(reference, left, subject, right)) {
            while (logs.areGrowing()) {
                Thread.sleep(INTERVAL_MS);
                logs.news().forEach(listener);
            }
            return new Judgement(request, progress)
                    .of(logs.reference.result(), logs.subject.result());
        } catch (UncheckedIOException e) {
            if (Thread.interrupted()) {
                throw interrupted(e); // Interrupting who reads a file closes the file.
            }
            throw e;
        }
    }

    private static InterruptedException interrupted(UncheckedIOException cause) {
        var interruption = new InterruptedException("interrupted while a log was read");
        interruption.initCause(cause);
        return interruption;
    }

    /** Two logs that are read, and what of them is compared. */
    private final class Followers implements AutoCloseable {
        /** Guards both indexes: readers add to them while they are compared. */
        private final Object lock = new Object();

        private final Follower reference;
        private final Follower subject;
        private final LogPair logs;
        private final GrowingPairs pairs;

        /** The pairs in which no difference was found so far. */
        private final List<PairWalk> walks = new ArrayList<>();

        /** All is compared once more at the end. */
        private final DiffProgress unheard = new DiffProgress();

        private long comparedEvents;

        Followers(LogText reference, Spool left, LogText subject, Spool right) {
            this.reference = new Follower(reference, Side.REFERENCE, left, lock);
            this.subject = new Follower(subject, Side.SUBJECT, right, lock);
            this.logs = LogPair.of(this.reference.log(), this.subject.log(), request.profile());
            this.pairs =
                    new GrowingPairs(logs.reference().index(), logs.subject().index(), request);
            this.reference.start();
            this.subject.start();
        }

        /** Returns whether one may have more; throws what one has failed with. */
        boolean areGrowing() throws IOException, InterruptedException {
            reference.checkNotFailed();
            subject.checkNotFailed();
            return !(reference.isDone() && subject.isDone());
        }

        /** Returns the pairs in which a difference was found only now. */
        List<PairResult> news() {
            boolean referenceEnded = reference.isDone();
            boolean subjectEnded = subject.isDone();
            List<PairResult> news = new ArrayList<>();
            synchronized (lock) {
                if (haveGrown()) {
                    pairs.more().forEach(it -> walks.add(walk(it)));
                    if (pairs.areSettled(referenceEnded, subjectEnded)) {
                        walks.removeIf(walk -> isNews(walk, news));
                    }
                }
            }
            return news;
        }

        private PairWalk walk(ThreadPairs.Pair pair) {
            return new PairWalk(pair, logs, _ -> {}, unheard);
        }

        private boolean haveGrown() {
            long events =
                    logs.reference().index().eventCount() + logs.subject().index().eventCount();
            boolean grown = events > comparedEvents;
            comparedEvents = events;
            return grown;
        }

        private static boolean isNews(PairWalk walk, List<PairResult> news) {
            boolean isDifferent = walk.goOn().isPresent();
            if (isDifferent) {
                news.add(walk.result(0));
            }
            return isDifferent;
        }

        /** Ends both readers: what they write to goes away next. */
        @Override
        public void close() {
            reference.cancel();
            subject.cancel();
            boolean interrupted = reference.awaitEnd();
            interrupted |= subject.awaitEnd();
            if (interrupted) {
                Thread.currentThread().interrupt();
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

        Follower(LogText text, Side side, Spool spool, Object lock) {
            this.text = text;
            this.indexer = new LogIndexer(text.name(), side, request.profile(), spool);
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
                    Thread.ofPlatform()
                            .daemon()
                            .name("lockstep-follow-" + text.name())
                            .unstarted(task);
        }

        void start() {
            thread.start();
        }

        IndexedLog log() {
            return IndexedLog.growing(text, indexer.index(), request.profile());
        }

        boolean isDone() {
            return task.isDone();
        }

        void checkNotFailed() throws IOException, InterruptedException {
            if (task.state() == Future.State.FAILED) {
                result();
            }
        }

        EventDiff.ReadLog result() throws IOException, InterruptedException {
            return new EventDiff.ReadLog(text, LogReading.outcome(task));
        }

        void cancel() {
            reading.cancel();
            thread.interrupt();
        }

        /** Waits whatever happens; returns whether this thread was interrupted meanwhile. */
        boolean awaitEnd() {
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    return interrupted;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
    }
}
