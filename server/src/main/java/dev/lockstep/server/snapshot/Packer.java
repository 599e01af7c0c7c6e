package dev.lockstep.server.snapshot;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * Packs contents where that pays, and unpacks them. Thread-safe; several threads pack at the same
 * time.
 */
final class Packer implements AutoCloseable {
    /** Content of a blob at most. */
    static final int MAX_CONTENT_BYTES = 16 << 20;

    /**
     * Most contents are pages, many and small; level 1 takes half as long again and saves a tenth
     * more, the higher ones cost more than they save.
     */
    private static final int LEVEL = -1;

    /** What is packed has to be shorter by this part of it. */
    private static final int LEAST_SAVING = 8;

    /** As many as there were threads at the same time. */
    private final Queue<Context> idle = new ConcurrentLinkedQueue<>();

    /** Returns content ready to be kept; it may be the same array. */
    Packed pack(byte[] content) {
        return with(context -> context.pack(content));
    }

    /**
     * Returns the content.
     *
     * @throws BlobException if there is none
     */
    byte[] unpack(Packed packed) {
        return packed.isCompressed()
                ? with(context -> context.decompress(packed.data()))
                : packed.data();
    }

    private <T> T with(Function<Context, T> work) {
        Context taken = idle.poll();
        Context context = taken == null ? new Context() : taken;
        try {
            return work.apply(context);
        } finally {
            idle.add(context);
        }
    }

    /** Nobody packs any more. */
    @Override
    public void close() {
        for (Context context = idle.poll(); context != null; context = idle.poll()) {
            context.close();
        }
    }

    /** What zstd needs for one content at a time. */
    private static final class Context {
        private final ZstdCompressCtx compression = new ZstdCompressCtx().setLevel(LEVEL);
        private final ZstdDecompressCtx decompression = new ZstdDecompressCtx();
        private byte[] buffer = {};

        Packed pack(byte[] content) {
            int bound = (int) Zstd.compressBound(content.length);
            if (buffer.length < bound) {
                buffer = new byte[bound];
            }
            int length =
                    compression.compressByteArray(buffer, 0, bound, content, 0, content.length);
            return length <= content.length - content.length / LEAST_SAVING
                            && length < content.length
                    ? new Packed(true, Arrays.copyOf(buffer, length))
                    : new Packed(false, content);
        }

        byte[] decompress(byte[] data) {
            long length = Zstd.getFrameContentSize(data);
            if (length < 0 || length > MAX_CONTENT_BYTES) {
                throw new BlobException("cannot be unpacked");
            }
            try {
                return decompression.decompress(data, (int) length);
            } catch (ZstdException e) {
                throw new BlobException("cannot be unpacked: " + e.getMessage());
            }
        }

        void close() {
            compression.close();
            decompression.close();
        }
    }
}
