package dev.lockstep.server.events;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * Finds the frames of a log that nobody writes. What a process left behind that was killed while it
 * wrote, or a disk that lost something, ends the log there: nothing behind it is believed.
 */
final class SegmentScanner {
    private static final String NO_END =
            "the log has no end: its coordinator was killed, the disk took no more, or a file is"
                    + " missing";

    private final SegmentFiles files;
    private final FrameIndex index = new FrameIndex();
    private Optional<String> damage = Optional.empty();
    private @Nullable Closing closing;

    SegmentScanner(SegmentFiles files) {
        this.files = files;
    }

    /** Reads all segments. */
    SegmentScanner scan() throws IOException {
        int segment = 0;
        while (damage.isEmpty() && files.has(segment)) {
            scan(segment);
            segment++;
        }
        return this;
    }

    /** Returns the frames that were found. */
    FrameIndex index() {
        return index;
    }

    /** Returns why there are no more of them, if there should be. */
    Optional<String> missing() {
        if (damage.isPresent()) {
            return damage;
        }
        return closing == null ? Optional.of(NO_END) : closing.missing();
    }

    private void scan(int segment) throws IOException {
        try (FileChannel file = FileChannel.open(files.file(segment))) {
            long size = file.size();
            ByteBuffer header = bytes(file, 0, Math.min(size, FrameLayout.SEGMENT_HEADER_BYTES));
            if (!FrameLayout.isSegment(header)) {
                endAt(segment, 0, size);
                return;
            }
            long position = FrameLayout.SEGMENT_HEADER_BYTES;
            while (damage.isEmpty() && position < size) {
                position = scanFrame(file, segment, position, size);
            }
        }
    }

    private long scanFrame(FileChannel file, int segment, long position, long size)
            throws IOException {
        ByteBuffer header =
                bytes(file, position, Math.min(size - position, FrameLayout.HEADER_BYTES));
        int length =
                header.remaining() < FrameLayout.HEADER_BYTES ? -1 : FrameLayout.length(header);
        if (closing != null || length < 0 || length > size - position) {
            endAt(segment, position, size);
            return size;
        }
        ByteBuffer bytes = bytes(file, position, length);
        Frame frame = FrameLayout.read(segment, position, bytes);
        if (!FrameLayout.isIntact(bytes) || frame.offset() != index.end()) {
            endAt(segment, position, size);
            return size;
        }
        if (FrameLayout.isClosing(bytes)) {
            closing = FrameLayout.closing(bytes);
        } else {
            index.add(frame);
        }
        return frame.nextPosition();
    }

    private void endAt(int segment, long position, long size) {
        damage =
                Optional.of(
                        "%s is damaged or cut at byte %d of %d; what it has from there on is lost"
                                .formatted(files.file(segment), position, size));
    }

    private static ByteBuffer bytes(FileChannel file, long position, long length)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) >= 0) {}
        return bytes.flip();
    }
}
