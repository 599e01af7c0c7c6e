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
     * @param maxBytes of all its files
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
        FileChannel open = file;
        if (open != null && position < SEGMENT_BYTES) {
            return open;
        }
        if (open != null) {
            close();
            segment++;
        }
        files.createDirectory();
        open =
                FileChannel.open(
                        files.file(segment),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        file = open;
        position = 0;
        write(open, FrameLayout.segmentHeader());
        return open;
    }

    private void write(FileChannel channel, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            int count = channel.write(content);
            position += count;
            bytes += count;
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
