package dev.lockstep.server.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** How a text is packed, which its first bytes tell. */
enum Packing {
    NONE,
    GZIP,
    ZSTD;

    private static final int MAGIC_BYTES = 4;
    private static final int GZIP_MAGIC_MASK = 0xFFFF;
    private static final int ZSTD_SKIPPED_MAGIC_MASK = ~0xF;

    /** Returns the same bytes, with room to look at the first ones. */
    static PushbackInputStream start(InputStream in) {
        return new PushbackInputStream(in, MAGIC_BYTES);
    }

    /** Looks at the first bytes; waits for them. */
    static Packing of(PushbackInputStream start) throws IOException {
        byte[] first = start.readNBytes(MAGIC_BYTES);
        start.unread(first);
        return of(
                ByteBuffer.wrap(Arrays.copyOf(first, MAGIC_BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt());
    }

    private static Packing of(int magic) {
        if ((magic & GZIP_MAGIC_MASK) == GzipInput.MAGIC) {
            return GZIP;
        }
        boolean isZstd =
                magic == ZstdInput.MAGIC
                        || (magic & ZSTD_SKIPPED_MAGIC_MASK) == ZstdInput.SKIPPED_MAGIC;
        return isZstd ? ZSTD : NONE;
    }

    InputStream unpacked(InputStream in) {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GzipInput(in);
            case ZSTD -> new ZstdInput(in);
        };
    }
}
