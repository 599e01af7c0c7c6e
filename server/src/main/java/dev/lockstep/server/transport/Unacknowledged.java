package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.server.run.ProtocolException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The frames that an engine was sent and is not known to have. */
final class Unacknowledged {
    /**
     * Bytes at which the engine is given up. What the run grants is a fraction of it: so much waits
     * only for an engine that takes its frames and never answers an Ack.
     */
    private static final long MAX_BYTES = 64 << 20;

    /** Frames at which it is. */
    private static final int MAX_FRAMES = 1 << 17;

    private record Sent(CoordinatorFrame frame, Line.Passage passage) {}

    private final Deque<Sent> frames = new ArrayDeque<>();
    private long bytes;
    private long acknowledgedCount;

    void add(CoordinatorFrame frame, Line.Passage passage) {
        frames.add(new Sent(frame, passage));
        bytes += frame.getSerializedSize();
    }

    boolean isFull() {
        return bytes > MAX_BYTES || frames.size() > MAX_FRAMES;
    }

    int frameCount() {
        return frames.size();
    }

    /** Returns what the engine may lack, the oldest first. */
    List<CoordinatorFrame> frames() {
        return frames.stream().map(Sent::frame).toList();
    }

    /**
     * Forgets what has arrived.
     *
     * @param count of all frames ever added, those that have
     * @throws ProtocolException if it is less than before, or more than there were
     */
    void acknowledge(long count) throws ProtocolException {
        long mostCount = acknowledgedCount + frames.size();
        if (count < acknowledgedCount || count > mostCount) {
            throw ProtocolException.badFrame(
                    "received_count: %d (expected: %d to %d)"
                            .formatted(count, acknowledgedCount, mostCount));
        }
        // What follows from an arrival may send, or end, more.
        while (acknowledgedCount < count && !frames.isEmpty()) {
            Sent arrived = frames.remove();
            acknowledgedCount++;
            bytes -= arrived.frame().getSerializedSize();
            arrived.passage().arrived();
        }
    }

    /** Nothing of it will arrive any more. */
    void lose() {
        List<Sent> lost = new ArrayList<>(frames);
        frames.clear();
        bytes = 0;
        lost.forEach(frame -> frame.passage().lost());
    }
}
