package dev.lockstep.server.feed;

import dev.lockstep.server.run.Progress;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The events of a coordinator, of which the last are kept, and the watchers that read them.
 * Publishing takes a moment, whatever the watchers do. Thread-safe.
 */
public final class Feed implements AutoCloseable {
    /** Events kept. At it, the oldest is dropped; who has not read it is told how many. */
    public static final int EVENT_CAPACITY = 4096;

    /** Watchers at a time. Further ones are refused. */
    public static final int MAX_WATCHERS = 64;

    private final String id = UUID.randomUUID().toString();
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final EventRing ring;
    private final ProgressBoard board = new ProgressBoard();
    private final Set<Cursor> watchers = new HashSet<>();

    /** The watchers that have read everything and wait to be woken. */
    private final Set<Cursor> waiting = new HashSet<>();

    private boolean closed;

    /**
     * Creates a feed without events.
     *
     * @param nanoTime a clock that never goes back
     */
    public Feed(InstantSource clock, LongSupplier nanoTime) {
        this(clock, nanoTime, EVENT_CAPACITY);
    }

    Feed(InstantSource clock, LongSupplier nanoTime, int capacity) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        ring = new EventRing(capacity);
    }

    /** Returns what tells this feed, and the positions in it, from every other. */
    public String id() {
        return id;
    }

    /** Returns the position of the last event, 0 before the first. */
    public synchronized long newestPosition() {
        return ring.newest();
    }

    /** Returns the position of the oldest event kept; one more than the newest when none is. */
    public synchronized long oldestPosition() {
        return ring.oldest();
    }

    /** Adds an event. */
    public void publish(RunEvent event) {
        List<Cursor> woken;
        synchronized (this) {
            ring.add(new News.Happened(ring.newest() + 1, clock.instant(), event));
            if (event instanceof RunEvent.Ended) {
                board.remove(event.run());
            }
            woken = takeWaiting(interest -> interest.covers(event.run()));
            // Whom it does not concern has missed nothing, however long it waits.
            waiting.forEach(cursor -> cursor.position = ring.newest());
        }
        woken.forEach(Cursor::wake);
    }

    /** Takes note of where a run in progress stands. */
    public void progressed(String run, Progress progress) {
        List<Cursor> woken;
        synchronized (this) {
            if (!board.post(run, progress, nanoTime.getAsLong())) {
                return;
            }
            woken = takeWaiting(interest -> interest.progress() && interest.covers(run));
        }
        woken.forEach(Cursor::wake);
    }

    /**
     * Adds a watcher; empty when there are as many as may be.
     *
     * @param position of the last event seen, at most {@link #newestPosition}
     * @param wake called on a publisher's thread, which it must not hold up
     */
    public synchronized Optional<Cursor> watch(Interest interest, long position, Runnable wake) {
        if (watchers.size() >= MAX_WATCHERS) {
            return Optional.empty();
        }
        Cursor cursor = new Cursor(this, interest, position, wake);
        watchers.add(cursor);
        return Optional.of(cursor);
    }

    /** Takes no more events; watchers read what is left. */
    @Override
    public void close() {
        List<Cursor> woken;
        synchronized (this) {
            closed = true;
            woken = takeWaiting(interest -> true);
        }
        woken.forEach(Cursor::wake);
    }

    synchronized @Nullable News next(Cursor cursor) {
        skipDropped(cursor);
        News.@Nullable Happened event = nextEvent(cursor);
        if (cursor.dropped > 0) {
            long count = cursor.dropped;
            cursor.dropped = 0;
            return new News.Dropped(count);
        }
        if (event != null) {
            cursor.position = event.position();
            return event;
        }
        News progress = nextProgress(cursor);
        if (progress == null && !closed) {
            waiting.add(cursor);
        }
        return progress;
    }

    synchronized boolean atEnd(Cursor cursor) {
        return closed && cursor.position == ring.newest();
    }

    synchronized void forget(Cursor cursor) {
        watchers.remove(cursor);
        waiting.remove(cursor);
    }

    private void skipDropped(Cursor cursor) {
        long lost = ring.oldest() - 1 - cursor.position;
        if (lost > 0) {
            cursor.dropped += lost;
            cursor.position += lost;
        }
    }

    /** Goes to the next event the watcher wants, and stops right before it. */
    private News.@Nullable Happened nextEvent(Cursor cursor) {
        while (cursor.position < ring.newest()) {
            News.Happened event = ring.get(cursor.position + 1);
            if (cursor.interest().covers(event.event().run())) {
                return event;
            }
            cursor.position++;
        }
        return null;
    }

    private @Nullable News nextProgress(Cursor cursor) {
        if (!cursor.interest().progress()) {
            return null;
        }
        ProgressBoard.Entry entry = board.after(cursor.progressSeen, cursor.interest()::covers);
        if (entry == null) {
            return null;
        }
        cursor.progressSeen = entry.serial();
        return entry.news();
    }

    private List<Cursor> takeWaiting(Predicate<Interest> concerned) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Cursor> taken = new ArrayList<>();
        for (Iterator<Cursor> it = waiting.iterator(); it.hasNext(); ) {
            Cursor cursor = it.next();
            if (concerned.test(cursor.interest())) {
                it.remove();
                taken.add(cursor);
            }
        }
        return taken;
    }
}
