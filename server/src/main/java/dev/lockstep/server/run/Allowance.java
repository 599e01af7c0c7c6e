package dev.lockstep.server.run;

/**
 * Credit of one kind, in totals since Welcome: the grant stays a window ahead of what the
 * comparison has consumed, so what waits in memory never exceeds the window.
 */
final class Allowance {
    private final long window;
    private long granted;
    private long used;

    Allowance(long window) {
        this.window = window;
        granted = window;
    }

    long granted() {
        return granted;
    }

    long used() {
        return used;
    }

    /** Returns whether the engine must wait. */
    boolean exhausted() {
        return used >= granted;
    }

    /** Returns whether the engine should have waited. */
    boolean overdrawn() {
        return used > granted;
    }

    void use(long amount) {
        used += amount;
    }

    /**
     * Follows consumption; returns whether a quarter of the window came free, and at least one,
     * which is worth a frame.
     */
    boolean raise(long consumed) {
        if (consumed + window - granted < Math.max(1, window / 4)) {
            return false;
        }
        granted = consumed + window;
        return true;
    }
}
