package dev.lockstep.server.events;

import dev.lockstep.server.files.Failures;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
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
    private final OpenFrame open = new OpenFrame();
    private final Deque<Sealed> sealed = new ArrayDeque<>();
    private int openLines;
    private long openOffset;
    private long keptLines;
    private long lostLines;

    /** Why no more is kept; null as long as all is. What is kept is never without its beginning. */
    private @Nullable String stop;

    private Optional<String> cut = Optional.empty();
    private boolean complete;

    /** Of the store's thread alone. */
    private @Nullable SegmentWriter writer;

    /** A full frame that waits for the disk. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
    private record Sealed(long offset, byte[] text, int lines) {}

    /** A frame that is not full. */
    private static final class OpenFrame extends ByteArrayOutputStream {
        /** Returns a copy of what is in it from here on. */
        byte[] from(int start) {
            return Arrays.copyOfRange(buf, start, count);
        }
    }

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
        if (stop != null || complete) {
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

    /** Leaves out an event, and all that come after it: a log with a gap would tell lies. */
    synchronized void lose(String why) {
        lostLines++;
        stop = stop == null ? why : stop;
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
     * Writes what waits. Whatever fails, the log ends there, and nothing else does.
     *
     * @param all also a frame that is not full
     * @return the bytes of text that wait no longer
     */
    long write(boolean all) {
        long bytes = 0;
        try {
            for (Sealed next = first(all); next != null; next = first(all)) {
                written(next, writer().append(next.text()));
                bytes += next.text().length;
            }
            return bytes;
        } catch (Throwable e) {
            return bytes + fail(reason(e));
        }
    }

    private static String reason(Throwable failure) {
        return failure instanceof IOException e ? Failures.reason(e) : failure.toString();
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
    private synchronized void written(Sealed text, Frame frame) {
        index.add(frame);
        keptLines += text.lines();
        sealed.remove();
    }

    /**
     * Gives up: what waits is lost, and so is what comes.
     *
     * @return the bytes of text that wait no longer
     */
    synchronized long fail(String why) {
        long bytes = open.size();
        lostLines += openLines;
        for (Sealed lost : sealed) {
            lostLines += lost.lines();
            bytes += lost.text().length;
        }
        sealed.clear();
        open.reset();
        openLines = 0;
        openOffset = index.end();
        stop = stop == null ? why : stop;
        return bytes;
    }

    /**
     * Writes what waits, brings all to the disk, and ends the log.
     *
     * @param reason why the engine could not tell all; empty if it could
     * @return the bytes of text that wait no longer
     */
    long finish(Optional<String> reason) {
        long bytes = write(true);
        try {
            if (writer != null) {
                writer.end(closing(reason));
            }
        } catch (Throwable e) {
            fail("its end was not written: " + reason(e));
        } finally {
            complete(reason);
        }
        return bytes;
    }

    private synchronized Closing closing(Optional<String> reason) {
        return new Closing(keptLines, lostLines, stop == null ? reason.orElse("") : stop);
    }

    private synchronized void complete(Optional<String> reason) {
        cut = reason;
        complete = true;
        notifyAll();
    }

    /** Returns what people have to know of events that were not kept; empty if all were. */
    synchronized Optional<String> loss() {
        return stop == null ? Optional.empty() : missing();
    }

    /** Returns what the log lacks by now, or at its end, likewise. */
    synchronized Optional<String> missing() {
        return closing(cut).missing();
    }

    synchronized boolean isComplete() {
        return complete;
    }

    synchronized long length() {
        return openOffset + open.size();
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
                ? new EventText.Piece(open.from((int) from), 0)
                : null;
    }

    /** Waits for text at this offset; false if there will be none. */
    synchronized boolean await(long offset) throws InterruptedException {
        while (offset >= length() && !complete) {
            wait();
        }
        return offset < length();
    }
}
