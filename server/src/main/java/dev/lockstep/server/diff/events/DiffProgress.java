package dev.lockstep.server.diff.events;

import java.util.concurrent.atomic.AtomicLong;

/** How far a comparison has come. For any thread. */
public final class DiffProgress {
    private final AtomicLong referenceBytes = new AtomicLong();
    private final AtomicLong subjectBytes = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();

    /** Returns how many bytes of a log were read, as they are stored. */
    public long bytes(Side side) {
        return counter(side).get();
    }

    /** Returns how many events of both logs were read. */
    public long events() {
        return events.get();
    }

    /** Returns how many pairs of threads were compared. */
    public long comparedPairs() {
        return compared.get();
    }

    void read(Side side, long bytesSoFar, long newEvents) {
        counter(side).set(bytesSoFar);
        events.addAndGet(newEvents);
    }

    void comparedPair() {
        compared.incrementAndGet();
    }

    private AtomicLong counter(Side side) {
        return side == Side.REFERENCE ? referenceBytes : subjectBytes;
    }
}
