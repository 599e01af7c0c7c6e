package dev.lockstep.server.log;

import dev.lockstep.server.sqlite.Database;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * What one run has to write. All that waits when the disk comes free becomes one transaction; what
 * the disk refuses waits for the next attempt. Thread-safe.
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /**
     * Writes that wait before the run is held up. What its engines may send under the credit they
     * already have comes on top.
     */
    static final int LIMIT = 1024;

    private final Database database;
    private final Executor writer;
    private final String run;

    private final List<Write> waiting = new ArrayList<>();
    private @Nullable LongConsumer news;
    private boolean scheduled;

    // Of the log's thread alone: the run's number in the store, and whether the last write failed.
    private long id;
    private boolean refused;

    /**
     * Creates an empty backlog.
     *
     * @param run name of the run, for messages
     */
    Backlog(Database database, Executor writer, String run) {
        this.database = database;
        this.writer = writer;
        this.run = run;
    }

    /**
     * A piece of work.
     *
     * @param patient whether a refusal is not told, for there will be another attempt
     */
    private record Write(LongUnaryOperator work, boolean patient, CompletableFuture<Void> done) {
        void refused(RuntimeException why) {
            if (!patient) {
                done.completeExceptionally(why);
            }
        }
    }

    /**
     * Does {@code work} on the log's thread, after all that was added before.
     *
     * @param work gets the number of the run and returns it
     * @return completes once the work is committed, exceptionally if an attempt fails; then it is
     *     repeated with the next write
     */
    CompletableFuture<Void> add(LongUnaryOperator work) {
        return add(work, false);
    }

    /**
     * Does {@code work} as {@link #add} does, however many attempts it takes.
     *
     * @return completes once the work is committed, and in no other way
     */
    CompletableFuture<Void> addPatiently(LongUnaryOperator work) {
        return add(work, true);
    }

    private synchronized CompletableFuture<Void> add(LongUnaryOperator work, boolean patient) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiting.add(new Write(work, patient, done));
        schedule();
        return done;
    }

    /**
     * Does {@code work}, which gets the number of the run, on the log's thread after all else,
     * unless there is newer news by then. Its failure is no loss.
     */
    synchronized void replaceNews(LongConsumer work) {
        news = work;
        schedule();
    }

    /** Forgets news that is not written yet. */
    synchronized void dropNews() {
        news = null;
    }

    synchronized boolean isFull() {
        return waiting.size() >= LIMIT;
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            writer.execute(this::flush);
        }
    }

    private void flush() {
        write(batch());
        Optional.ofNullable(takeNews()).ifPresent(this::attempt);
    }

    private void write(List<Write> batch) {
        if (batch.isEmpty()) {
            return;
        }
        long before = id;
        try {
            database.transact(() -> batch.forEach(write -> id = write.work().applyAsLong(id)));
            remove(batch.size());
            refused = false;
            batch.forEach(write -> write.done().complete(null));
        } catch (RuntimeException e) {
            if (!refused) {
                LOG.error("run {}: {}", run, e.getMessage());
            }
            refused = true;
            id = before;
            batch.forEach(write -> write.refused(e));
        }
    }

    private void attempt(LongConsumer work) {
        try {
            database.transact(() -> work.accept(id));
        } catch (RuntimeException e) {
            LOG.info("run {}: progress lost: {}", run, e.getMessage());
        }
    }

    private synchronized @Nullable LongConsumer takeNews() {
        LongConsumer taken = news;
        news = null;
        return taken;
    }

    private synchronized List<Write> batch() {
        scheduled = false;
        return List.copyOf(waiting);
    }

    private synchronized void remove(int count) {
        waiting.subList(0, count).clear();
    }
}
