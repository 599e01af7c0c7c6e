package dev.lockstep.server.diff.events;

import java.util.concurrent.atomic.AtomicLong;

/** How far a comparison has come. For any thread. */
public final class DiffProgress {
    private final AtomicLong referenceBytes = new AtomicLong();
    private final AtomicLong subjectBytes = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong eventsToCompare = new AtomicLong();
    private final AtomicLong comparedEvents = new AtomicLong();

    /** Returns how many bytes of a log were read, as they are stored. */
    public long bytes(Side side) {
        return counter(side).get();
    }

    /** Returns how many events of both logs were read. */
    public long events() {
        return events.get();
    }

    /** Returns how many events of both logs are compared; 0 while they are still read. */
    public long eventsToCompare() {
        return eventsToCompare.get();
    }

    /** Returns how many of these are done with. */
    public long comparedEvents() {
        return comparedEvents.get();
    }

    void read(Side side, long bytesSoFar, long newEvents) {
        counter(side).set(bytesSoFar);
        events.addAndGet(newEvents);
    }

    void startComparing(long eventCount) {
        eventsToCompare.set(eventCount);
    }

    void compared(long newEvents) {
        comparedEvents.addAndGet(newEvents);
    }

    private AtomicLong counter(Side side) {
        return side == Side.REFERENCE ? referenceBytes : subjectBytes;
    }
}
