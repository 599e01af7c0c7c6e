package dev.lockstep.server.snapshot;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.util.Arrays;

/** Packs contents where that pays, and unpacks them. Not thread-safe. */
final class Packer implements AutoCloseable {
    /** Content of a blob at most. */
    static final int MAX_CONTENT_BYTES = 16 << 20;

    /** Most contents are pages, many and small; the higher levels cost more than they save. */
    private static final int LEVEL = 1;

    /** What is packed has to be shorter by this part of it. */
    private static final int LEAST_SAVING = 8;

    private final ZstdCompressCtx compression = new ZstdCompressCtx().setLevel(LEVEL);
    private final ZstdDecompressCtx decompression = new ZstdDecompressCtx();
    private byte[] buffer = {};

    /** Returns content ready to be kept; it may be the same array. */
    Packed pack(byte[] content) {
        int bound = (int) Zstd.compressBound(content.length);
        if (buffer.length < bound) {
            buffer = new byte[bound];
        }
        int length = compression.compressByteArray(buffer, 0, bound, content, 0, content.length);
        return length <= content.length - content.length / LEAST_SAVING && length < content.length
                ? new Packed(true, Arrays.copyOf(buffer, length))
                : new Packed(false, content);
    }

    /**
     * Returns the content.
     *
     * @throws BlobException if there is none
     */
    byte[] unpack(Packed packed) {
        return packed.isCompressed() ? decompress(packed.data()) : packed.data();
    }

    private byte[] decompress(byte[] data) {
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

    @Override
    public void close() {
        compression.close();
        decompression.close();
    }
}
