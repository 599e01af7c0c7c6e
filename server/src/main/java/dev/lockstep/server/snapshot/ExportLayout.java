package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How a snapshot is written to a file. All integers are little-endian.
 *
 * <pre>
 *   file:   | magic u32 | version u32 | frame | frame ...
 *
 *   0            4               8            12        13          14
 *   | raw length | stored length | CRC32C u32 | kind u8 | engine u8 | content, compressed with |
 *   | u32        | u32           |            |         |           | zstd, stored length bytes|
 * </pre>
 *
 * <p>The raw length is that of the content before it was compressed; the CRC is that of everything
 * in the frame but itself. The first frame is a MANIFEST, a message Snapshot; then come PARTs,
 * messages CapturePart, as the engines of a run tell them, each engine's state, hashes and end, and
 * the contents of pages, each once. The last frame is the END: its content is the SHA-256 of all
 * bytes of the file before that frame.
 */
final class ExportLayout {
    /** "LSSN", read as a number. */
    static final int MAGIC = 0x4E53534C;

    static final int VERSION = 1;

    static final int MANIFEST = 1;
    static final int PART = 2;
    static final int END = 3;

    static final int FILE_HEADER_BYTES = 2 * Integer.BYTES;

    private static final int RAW_OFFSET = 0;
    private static final int STORED_OFFSET = RAW_OFFSET + Integer.BYTES;
    private static final int CRC_OFFSET = STORED_OFFSET + Integer.BYTES;
    private static final int KIND_OFFSET = CRC_OFFSET + Integer.BYTES;
    private static final int ENGINE_OFFSET = KIND_OFFSET + Byte.BYTES;
    static final int HEADER_BYTES = ENGINE_OFFSET + Byte.BYTES;

    /** Content of a frame at most, a state with room to spare; more is no frame. */
    static final int MAX_RAW_BYTES = 12 << 20;

    private ExportLayout() {}

    /**
     * A frame.
     *
     * @param content uncompressed
     */
    record Frame(int kind, int engine, ByteString content) {}

    static byte[] fileHeader() {
        return littleEndian(FILE_HEADER_BYTES).putInt(MAGIC).putInt(VERSION).array();
    }

    static byte[] frameHeader(int kind, int engine, int rawBytes, byte[] stored) {
        byte[] bytes = new byte[HEADER_BYTES];
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(RAW_OFFSET, rawBytes)
                .putInt(STORED_OFFSET, stored.length)
                .put(KIND_OFFSET, (byte) kind)
                .put(ENGINE_OFFSET, (byte) engine)
                .putInt(CRC_OFFSET, crc(header, stored));
        return bytes;
    }

    static int rawBytes(ByteBuffer header) {
        return header.getInt(RAW_OFFSET);
    }

    static int storedBytes(ByteBuffer header) {
        return header.getInt(STORED_OFFSET);
    }

    static int kind(ByteBuffer header) {
        return Byte.toUnsignedInt(header.get(KIND_OFFSET));
    }

    static int engine(ByteBuffer header) {
        return Byte.toUnsignedInt(header.get(ENGINE_OFFSET));
    }

    static boolean isIntact(ByteBuffer header, byte[] stored) {
        return header.getInt(CRC_OFFSET) == crc(header, stored);
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(ByteBuffer header, byte[] stored) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(RAW_OFFSET, CRC_OFFSET));
        crc.update(header.slice(KIND_OFFSET, HEADER_BYTES - KIND_OFFSET));
        crc.update(stored);
        return (int) crc.getValue();
    }
}
