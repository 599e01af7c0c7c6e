package dev.lockstep.server.feed;

import org.jspecify.annotations.Nullable;

/**
 * A watcher's place in the feed. It holds no events: a watcher that does not read costs nothing and
 * loses the oldest. One thread at a time.
 */
public final class Cursor implements AutoCloseable {
    private final Feed feed;
    private final Interest interest;
    private final Runnable wake;

    // Guarded by the feed.
    long position;
    long dropped;
    long progressSeen;

    Cursor(Feed feed, Interest interest, long position, Runnable wake) {
        this.feed = feed;
        this.interest = interest;
        this.position = position;
        this.wake = wake;
    }

    /**
     * Returns the next news, or null when there is none; then the watcher will be woken, once, when
     * there is.
     */
    public @Nullable News next() {
        return feed.next(this);
    }

    /** Returns whether the feed is closed and everything in it was read. */
    public boolean atEnd() {
        return feed.atEnd(this);
    }

    /** Forgets this watcher. */
    @Override
    public void close() {
        feed.forget(this);
    }

    Interest interest() {
        return interest;
    }

    void wake() {
        wake.run();
    }
}
