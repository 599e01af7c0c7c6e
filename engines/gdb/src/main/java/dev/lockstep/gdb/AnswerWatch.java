package dev.lockstep.gdb;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** Closes a connection whose peer takes too long: a read that waits for it knows no time. */
final class AnswerWatch implements Closeable {
    /** How many times it looks within the time that an answer may take. */
    private static final int LOOKS = 20;

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final Closeable connection;
    private final Duration timeout;
    private final Thread thread;
    private volatile long waitingSince = NOT_WAITING;
    private volatile boolean expired;

    private AnswerWatch(Closeable connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
        thread = Thread.ofPlatform().daemon().name("lockstep-answers").unstarted(this::watch);
    }

    static AnswerWatch start(Closeable connection, Duration timeout) {
        AnswerWatch watch = new AnswerWatch(connection, timeout);
        watch.thread.start();
        return watch;
    }

    /** Something was asked now. */
    void begin() {
        waitingSince = System.nanoTime();
    }

    /** It was answered. */
    void end() {
        waitingSince = NOT_WAITING;
    }

    /** Returns whether the connection was closed since an answer took too long. */
    boolean hasExpired() {
        return expired;
    }

    private void watch() {
        try {
            while (!expired) {
                Thread.sleep(timeout.dividedBy(LOOKS));
                long since = waitingSince;
                if (since != NOT_WAITING && System.nanoTime() - since > timeout.toNanos()) {
                    expired = true;
                    connection.close();
                }
            }
        } catch (InterruptedException | IOException e) {
            // The connection is closed, which is all there is to do.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
