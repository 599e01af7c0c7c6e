package dev.lockstep.server.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * How text is stored. A segment is a header and frames; all integers are little-endian.
 *
 * <pre>
 *   segment:  | magic u32 | version u32 | frame | frame ...
 *
 *   0            4               8             12           20
 *   | raw length | stored length | CRC32C u32 | offset u64 | text, compressed with zstd |
 *   | u32        | u32           |            |            | stored length bytes        |
 * </pre>
 *
 * <p>The raw length is that of the text before it was compressed, the offset that of its first line
 * in the text of the whole log. The CRC is that of raw length, stored length, offset and compressed
 * text.
 *
 * <p>The last frame of a log closes it. Its raw length is 0, its offset the length of the text, and
 * instead of text it has
 *
 * <pre>
 *   | kept events u64 | lost events u64 | why, UTF-8 |
 * </pre>
 */
final class FrameLayout {
    /** "LSEV", read as a number. */
    static final int MAGIC = 0x5645534C;

    static final int VERSION = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    static final int SEGMENT_HEADER_BYTES = VERSION_OFFSET + Integer.BYTES;

    private static final int RAW_OFFSET = 0;
    private static final int STORED_OFFSET = RAW_OFFSET + Integer.BYTES;
    private static final int CRC_OFFSET = STORED_OFFSET + Integer.BYTES;
    private static final int TEXT_OFFSET_OFFSET = CRC_OFFSET + Integer.BYTES;
    static final int HEADER_BYTES = TEXT_OFFSET_OFFSET + Long.BYTES;

    /** Text of a frame at most, and how long it can be compressed: more is no frame. */
    static final int MAX_RAW_BYTES = 1 << 20;

    static final int MAX_STORED_BYTES = 2 << 20;

    private static final int KEPT_OFFSET = 0;
    private static final int LOST_OFFSET = KEPT_OFFSET + Long.BYTES;
    private static final int WHY_OFFSET = LOST_OFFSET + Long.BYTES;

    /** What is said of a loss is cut there. */
    private static final int MAX_WHY_CHARACTERS = 1000;

    private FrameLayout() {}

    /** Returns the header of a segment. */
    static ByteBuffer segmentHeader() {
        return littleEndian(SEGMENT_HEADER_BYTES)
                .putInt(MAGIC_OFFSET, MAGIC)
                .putInt(VERSION_OFFSET, VERSION);
    }

    /** Returns whether these bytes begin as a segment does. */
    static boolean isSegment(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        return bytes.remaining() >= SEGMENT_HEADER_BYTES
                && bytes.getInt(MAGIC_OFFSET) == MAGIC
                && bytes.getInt(VERSION_OFFSET) == VERSION;
    }

    /** Returns a frame of a text, ready to be written. */
    static ByteBuffer frame(int rawBytes, long offset, byte[] stored, int storedBytes) {
        ByteBuffer frame = littleEndian(HEADER_BYTES + storedBytes);
        frame.putInt(RAW_OFFSET, rawBytes)
                .putInt(STORED_OFFSET, storedBytes)
                .putLong(TEXT_OFFSET_OFFSET, offset)
                .put(HEADER_BYTES, stored, 0, storedBytes);
        return frame.putInt(CRC_OFFSET, crc(frame));
    }

    /** Returns how many bytes a frame that begins so has, header included; -1 if it is none. */
    static int length(ByteBuffer header) {
        header.order(ByteOrder.LITTLE_ENDIAN);
        int raw = header.getInt(RAW_OFFSET);
        int stored = header.getInt(STORED_OFFSET);
        int leastStored = raw == 0 ? WHY_OFFSET : 1;
        boolean isPossible =
                raw >= 0
                        && raw <= MAX_RAW_BYTES
                        && stored >= leastStored
                        && stored <= MAX_STORED_BYTES;
        return isPossible ? HEADER_BYTES + stored : -1;
    }

    /** Returns what a whole frame says of itself. */
    static Frame read(int segment, long position, ByteBuffer frame) {
        return new Frame(
                segment,
                position,
                frame.getInt(STORED_OFFSET),
                frame.getInt(RAW_OFFSET),
                frame.getLong(TEXT_OFFSET_OFFSET));
    }

    /** Returns the frame that closes a log, ready to be written. */
    static ByteBuffer closing(long offset, Closing closing) {
        String why = closing.why();
        byte[] text =
                why.substring(0, Math.min(why.length(), MAX_WHY_CHARACTERS))
                        .getBytes(StandardCharsets.UTF_8);
        byte[] stored =
                littleEndian(WHY_OFFSET + text.length)
                        .putLong(KEPT_OFFSET, closing.kept())
                        .putLong(LOST_OFFSET, closing.lost())
                        .put(WHY_OFFSET, text)
                        .array();
        return frame(0, offset, stored, stored.length);
    }

    /** Returns whether a whole frame closes its log. */
    static boolean isClosing(ByteBuffer frame) {
        return frame.getInt(RAW_OFFSET) == 0;
    }

    /** Returns what a whole frame says that closes its log. */
    static Closing closing(ByteBuffer frame) {
        ByteBuffer stored = frame.slice(HEADER_BYTES, frame.getInt(STORED_OFFSET));
        stored.order(ByteOrder.LITTLE_ENDIAN);
        String why =
                StandardCharsets.UTF_8.decode(stored.duplicate().position(WHY_OFFSET)).toString();
        return new Closing(stored.getLong(KEPT_OFFSET), stored.getLong(LOST_OFFSET), why);
    }

    /** Returns whether a whole frame is as it was written. */
    static boolean isIntact(ByteBuffer frame) {
        return frame.getInt(CRC_OFFSET) == crc(frame);
    }

    private static int crc(ByteBuffer frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().position(RAW_OFFSET).limit(CRC_OFFSET));
        crc.update(frame.duplicate().position(TEXT_OFFSET_OFFSET));
        return (int) crc.getValue();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
