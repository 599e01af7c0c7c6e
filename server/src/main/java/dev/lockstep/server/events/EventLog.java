package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The event log of one engine while it is written. Lines come from the thread of the runs, {@link
 * #write} and {@link #finish} belong to the store's, readers may be on any.
 */
final class EventLog {
    /** Text after which a frame is full. */
    static final int FRAME_BYTES = 256 << 10;

    private final Supplier<SegmentWriter> opener;
    private final FrameIndex index = new FrameIndex();

    // Guarded by this: what is not on the disk.
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private final Deque<Sealed> sealed = new ArrayDeque<>();
    private int openLines;
    private long openOffset;
    private long lostLines;
    private @Nullable String failure;
    private boolean complete;

    /** Of the store's thread alone. */
    private @Nullable SegmentWriter writer;

    /** A full frame that waits for the disk. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    private record Sealed(long offset, byte[] text, int lines) {}

    /**
     * Begins a log.
     *
     * @param head its first line, which is no event
     * @param opener makes what writes it, on the store's thread
     */
    EventLog(byte[] head, Supplier<SegmentWriter> opener) {
        this.opener = opener;
        open.write(head, 0, head.length);
    }

    /**
     * Adds an event.
     *
     * @param line with its line feed
     * @return the bytes that wait for the disk because of it: none if nothing is kept any more
     */
    synchronized int add(byte[] line) {
        if (failure != null || complete) {
            lostLines++;
            return 0;
        }
        open.write(line, 0, line.length);
        openLines++;
        notifyAll();
        if (open.size() >= FRAME_BYTES) {
            seal();
        }
        return line.length;
    }

    /** Counts an event that finds no room. */
    synchronized void lose() {
        lostLines++;
    }

    /** Returns whether a frame is full. */
    synchronized boolean isDue() {
        return !sealed.isEmpty();
    }

    /** Returns the text that is on the disk. */
    FrameIndex index() {
        return index;
    }

    private void seal() {
        if (open.size() > 0) {
            sealed.add(new Sealed(openOffset, open.toByteArray(), openLines));
            openOffset += open.size();
            open.reset();
            openLines = 0;
        }
    }

    /**
     * Writes what waits.
     *
     * @param all also a frame that is not full
     * @return the bytes of text that wait no longer
     */
    long write(boolean all) {
        long bytes = 0;
        for (Sealed next = first(all); next != null; next = first(all)) {
            try {
                written(writer().append(next.text()));
                bytes += next.text().length;
            } catch (IOException e) {
                return bytes + fail(String.valueOf(e.getMessage()));
            }
        }
        return bytes;
    }

    private SegmentWriter writer() {
        SegmentWriter open = writer;
        if (open == null) {
            open = opener.get();
            writer = open;
        }
        return open;
    }

    private synchronized @Nullable Sealed first(boolean all) {
        if (all && sealed.isEmpty()) {
            seal();
        }
        return sealed.peek();
    }

    /** In one go, so that a reader finds a text on the disk or here. */
    private synchronized void written(Frame frame) {
        index.add(frame);
        sealed.remove();
    }

    /**
     * Gives up: what waits is lost, and so is what comes.
     *
     * @return the bytes of text that wait no longer
     */
    synchronized long fail(String why) {
        seal();
        long bytes = 0;
        for (Sealed lost : sealed) {
            lostLines += lost.lines();
            bytes += lost.text().length;
        }
        sealed.clear();
        failure = failure == null ? why : failure;
        notifyAll();
        return bytes;
    }

    /**
     * Writes what waits, brings all to the disk, and ends the log.
     *
     * @return the bytes of text that wait no longer
     */
    long finish() {
        long bytes = write(true);
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()));
        }
        complete();
        return bytes;
    }

    private synchronized void complete() {
        complete = true;
        notifyAll();
    }

    /** Returns what people have to know of events that were not kept; empty if all were. */
    synchronized Optional<String> loss() {
        return lostLines == 0 && failure == null
                ? Optional.empty()
                : Optional.of(
                        "%d events were not kept%s"
                                .formatted(lostLines, failure == null ? "" : ": " + failure));
    }

    synchronized boolean isComplete() {
        return complete;
    }

    synchronized long length() {
        return failure == null ? openOffset + open.size() : index.end();
    }

    /** Returns what waits from this offset on, null if that is on the disk or not there. */
    synchronized EventText.@Nullable Piece waiting(long offset) {
        for (Sealed each : sealed) {
            long from = offset - each.offset();
            if (from >= 0 && from < each.text().length) {
                return new EventText.Piece(each.text(), (int) from);
            }
        }
        long from = offset - openOffset;
        return from >= 0 && from < open.size()
                ? new EventText.Piece(open.toByteArray(), (int) from)
                : null;
    }

    /** Waits for text at this offset; false if there will be none. */
    synchronized boolean await(long offset) throws InterruptedException {
        while (offset >= length() && !complete && failure == null) {
            wait();
        }
        return offset < length();
    }
}
