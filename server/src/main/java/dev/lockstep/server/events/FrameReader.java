package dev.lockstep.server.events;

import com.github.luben.zstd.Zstd;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads frames, and keeps the last one. Not thread-safe. */
final class FrameReader implements Closeable {
    private final SegmentFiles files;
    private @Nullable FileChannel file;
    private int segment;
    private @Nullable Frame last;
    private byte[] lastText = {};

    FrameReader(SegmentFiles files) {
        this.files = files;
    }

    /** Returns another reader of the same files. */
    FrameReader again() {
        return new FrameReader(files);
    }

    /**
     * Returns the text of a frame; not to be changed.
     *
     * @throws IOException if it cannot be read, or is damaged
     */
    byte[] text(Frame frame) throws IOException {
        if (!frame.equals(last)) {
            lastText = read(frame);
            last = frame;
        }
        return lastText;
    }

    private byte[] read(Frame frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FrameLayout.HEADER_BYTES + frame.storedBytes());
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        FileChannel channel = open(frame.segment());
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, frame.position() + bytes.position()) < 0) {
                throw new DamagedLogException(files.file(frame.segment()) + " has become shorter");
            }
        }
        byte[] raw = new byte[frame.rawBytes()];
        long count =
                FrameLayout.isIntact(bytes.flip())
                        ? Zstd.decompressByteArray(
                                raw,
                                0,
                                raw.length,
                                bytes.array(),
                                FrameLayout.HEADER_BYTES,
                                frame.storedBytes())
                        : -1;
        if (count != raw.length) {
            throw new DamagedLogException(
                    "%s is damaged at byte %d"
                            .formatted(files.file(frame.segment()), frame.position()));
        }
        return raw;
    }

    private FileChannel open(int wanted) throws IOException {
        FileChannel open = file;
        if (open == null || wanted != segment) {
            close();
            open = FileChannel.open(files.file(wanted));
            file = open;
            segment = wanted;
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
