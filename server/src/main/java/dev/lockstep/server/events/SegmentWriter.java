package dev.lockstep.server.events;

import com.github.luben.zstd.Zstd;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Appends frames to a log, segment after segment. Belongs to the store's thread. */
final class SegmentWriter implements Closeable {
    /** Bytes after which a segment is brought to the disk and the next one begun. */
    static final long SEGMENT_BYTES = 64L << 20;

    /** Fast, and text of events is a tenth of its size already. */
    private static final int COMPRESSION_LEVEL = 1;

    private final SegmentFiles files;
    private final long maxBytes;
    private final byte[] compressed = new byte[(int) Zstd.compressBound(FrameLayout.MAX_RAW_BYTES)];
    private @Nullable FileChannel file;
    private int segment;
    private long position;
    private long bytes;
    private long offset;

    /**
     * Creates a log without segments, in a directory that need not be there.
     *
     * @param maxBytes of all its files, but for what closes the log
     */
    SegmentWriter(SegmentFiles files, long maxBytes) {
        this.files = files;
        this.maxBytes = maxBytes;
    }

    /**
     * Appends a text of whole lines.
     *
     * @param raw at most {@link FrameLayout#MAX_RAW_BYTES}
     * @return where it is
     * @throws IOException if the disk does not take it, or the log would become longer than it may
     */
    Frame append(byte[] raw) throws IOException {
        long stored =
                Zstd.compressByteArray(
                        compressed, 0, compressed.length, raw, 0, raw.length, COMPRESSION_LEVEL);
        ByteBuffer bytesOfFrame = FrameLayout.frame(raw.length, offset, compressed, (int) stored);
        if (bytes + bytesOfFrame.limit() > maxBytes) {
            throw new IOException("the log has the %d bytes that it may have".formatted(maxBytes));
        }
        FileChannel channel = segmentWithRoom();
        Frame frame = new Frame(segment, position, (int) stored, raw.length, offset);
        write(channel, bytesOfFrame);
        offset += raw.length;
        return frame;
    }

    private FileChannel segmentWithRoom() throws IOException {
        if (file != null && position >= SEGMENT_BYTES) {
            close();
            segment++;
        }
        return file == null ? newSegment() : file;
    }

    private FileChannel newSegment() throws IOException {
        files.createDirectory();
        FileChannel open =
                FileChannel.open(
                        files.file(segment),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        file = open;
        position = 0;
        write(open, FrameLayout.segmentHeader());
        return open;
    }

    /** Writes all of it or, as far as readers are concerned, nothing. */
    private void write(FileChannel channel, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            channel.write(content, position + content.position());
        }
        position += content.limit();
        bytes += content.limit();
    }

    /**
     * Closes the log, also one that takes no more: what a full disk has of a last frame makes room.
     *
     * @throws IOException if the disk does not take it; then the log has no end
     */
    void end(Closing closing) throws IOException {
        try (this) {
            if (file != null && position > 0) {
                file.truncate(position);
                write(file, FrameLayout.closing(offset, closing));
            }
        }
    }

    /** Brings all to the disk. */
    @Override
    public void close() throws IOException {
        FileChannel open = file;
        if (open != null) {
            file = null;
            try (open) {
                open.force(false);
            }
        }
    }
}
