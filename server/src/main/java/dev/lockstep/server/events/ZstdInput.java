package dev.lockstep.server.events;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The text of a zstd archive (RFC 8878) of one or more frames. The library's own stream misses that
 * a frame after the first is cut.
 */
final class ZstdInput extends BulkInput {
    static final int MAGIC = 0xFD2FB528;

    /** A frame to be skipped, which parallel compressors begin with; the last four bits vary. */
    static final int SKIPPED_MAGIC = 0x184D2A50;

    /** A block's greatest size, packed and unpacked. */
    private static final int BLOCK_BYTES = 1 << 17;

    private final InputStream in;
    private final byte[] packed = new byte[BLOCK_BYTES];
    private final ByteBuffer source = ByteBuffer.allocateDirect(BLOCK_BYTES).limit(0);
    private final ByteBuffer text = ByteBuffer.allocateDirect(BLOCK_BYTES).limit(0);
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();

    private boolean inFrame;

    /** Whether the last call may have left text in the decompressor. */
    private boolean wasFull;

    ZstdInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (!text.hasRemaining()) {
            if (!source.hasRemaining() && !wasFull && !fill()) {
                return end();
            }
            decompress();
        }
        int count = Math.min(length, text.remaining());
        text.get(buffer, offset, count);
        return count;
    }

    private int end() throws BrokenTextException {
        if (inFrame) {
            throw BrokenTextException.cut("the zstd data stops in the middle");
        }
        return -1;
    }

    private boolean fill() throws IOException {
        int count = in.read(packed);
        source.clear().limit(Math.max(count, 0));
        source.put(packed, 0, source.limit()).flip();
        return source.hasRemaining();
    }

    private void decompress() throws BrokenTextException {
        text.clear();
        try {
            inFrame = !context.decompressDirectByteBufferStream(text, source);
            wasFull = inFrame && !text.hasRemaining();
        } catch (ZstdException e) {
            throw BrokenTextException.damaged("damaged zstd data: " + e.getMessage());
        } finally {
            text.flip();
        }
    }

    @Override
    public void close() throws IOException {
        context.close();
        in.close();
    }
}
