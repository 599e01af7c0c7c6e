package dev.lockstep.server.feed;

/** The last events, by position. Not thread-safe. */
final class EventRing {
    private final News.Happened[] slots;
    private long newest;

    EventRing(int capacity) {
        slots = new News.Happened[capacity];
    }

    /** Returns the position of the last event, 0 before the first. */
    long newest() {
        return newest;
    }

    /** Returns the position of the oldest event kept; one more than the newest when none is. */
    long oldest() {
        return Math.max(1, newest - slots.length + 1);
    }

    /** Adds the next event, in the place of the oldest when the ring is full. */
    void add(News.Happened event) {
        newest = event.position();
        slots[slot(newest)] = event;
    }

    /** Returns the event at a position that is kept. */
    News.Happened get(long position) {
        return slots[slot(position)];
    }

    private int slot(long position) {
        return (int) (position % slots.length);
    }
}
