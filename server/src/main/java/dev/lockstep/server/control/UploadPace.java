package dev.lockstep.server.control;

import java.util.concurrent.TimeUnit;

/**
 * How fast a client has to send: one that sends next to nothing would keep others out. Only the
 * time counts in which it is waited for, so that it need not pay for what is slow here.
 */
final class UploadPace {
    /** How long a client may send nothing, and how far behind it may be. */
    static final long PATIENCE_SECONDS = 60;

    /** On average. It is on the same machine. */
    static final long LEAST_BYTES_PER_SECOND = 1 << 20;

    private long bytes;
    private long waitedNanos;

    void received(long count) {
        bytes += count;
    }

    void waited(long nanos) {
        waitedNanos += nanos;
    }

    /** Returns how long the next part is waited for: 0 or less if no more. */
    long patienceNanos() {
        long paidNanos = TimeUnit.SECONDS.toNanos(bytes / LEAST_BYTES_PER_SECOND);
        long patienceNanos = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        return Math.min(patienceNanos, paidNanos + patienceNanos - waitedNanos);
    }

    /** Returns what to tell a client for which nobody waits any more. */
    String demand() {
        return "nothing was sent for %d s, or less than %d bytes a second; send everything without a pause"
                .formatted(PATIENCE_SECONDS, LEAST_BYTES_PER_SECOND);
    }
}
