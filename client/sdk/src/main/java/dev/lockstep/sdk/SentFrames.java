package dev.lockstep.sdk;

import java.util.ArrayDeque;
import java.util.Deque;

/** The frames that were sent and that the other side is not known to have. Not thread-safe. */
final class SentFrames {
    /** Bytes at which nothing more is to be added before some are acknowledged. */
    static final long FULL_BYTES = 64 << 20;

    private final Deque<byte[]> frames = new ArrayDeque<>();
    private long bytes;
    private long acknowledgedCount;

    void add(byte[] frame) {
        frames.add(frame);
        bytes += frame.length;
    }

    /**
     * Forgets what has arrived.
     *
     * @param count of all frames ever added, those that have
     * @throws BadFrameException if it is less than before, or more than there were
     */
    void acknowledge(long count) throws BadFrameException {
        if (count < acknowledgedCount || count > acknowledgedCount + frames.size()) {
            throw new BadFrameException(
                    "received_count: %d (expected: %d to %d)"
                            .formatted(
                                    count, acknowledgedCount, acknowledgedCount + frames.size()));
        }
        for (; acknowledgedCount < count; acknowledgedCount++) {
            bytes -= frames.remove().length;
        }
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    boolean isFull() {
        return bytes >= FULL_BYTES;
    }

    /** Returns what the other side may lack, the oldest first. */
    Iterable<byte[]> unacknowledged() {
        return frames;
    }
}
