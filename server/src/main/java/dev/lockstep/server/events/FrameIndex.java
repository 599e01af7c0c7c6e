package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Where the frames of a log are. Thread-safe: one thread adds while others look up. */
final class FrameIndex {
    private final List<Frame> frames = new ArrayList<>();

    synchronized void add(Frame frame) {
        frames.add(frame);
    }

    /** Returns the bytes of text in all frames. */
    synchronized long end() {
        return frames.isEmpty() ? 0 : frames.getLast().end();
    }

    /** Returns the frame that has the byte at this offset, null if none has. */
    synchronized @Nullable Frame at(long offset) {
        int low = 0;
        int high = frames.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (frames.get(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Frame found = frames.isEmpty() ? null : frames.get(low);
        return found != null && found.offset() <= offset && offset < found.end() ? found : null;
    }
}
