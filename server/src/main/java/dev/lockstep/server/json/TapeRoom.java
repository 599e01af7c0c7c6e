package dev.lockstep.server.json;

import java.util.concurrent.atomic.AtomicLong;

/** How long the tapes of several documents may be together. Thread-safe. */
public final class TapeRoom {
    private final long most;
    private final AtomicLong left;

    private TapeRoom(long most) {
        this.most = most;
        left = new AtomicLong(most);
    }

    /**
     * Returns room for so many entries: one for each name, string, number or word, three for each
     * array or object.
     */
    public static TapeRoom of(long entries) {
        return new TapeRoom(entries);
    }

    /** There is no room left. */
    public static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private ExceededException(long most) {
            super("more than %,d names, values and brackets".formatted(most));
        }
    }

    void take(int entries) {
        if (left.addAndGet(-entries) < 0) {
            throw new ExceededException(most);
        }
    }

    void give(int entries) {
        left.addAndGet(entries);
    }
}
