package dev.lockstep.server.events;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The text of a gzip archive (RFC 1952) of one or more members.
 *
 * <p>{@link java.util.zip.GZIPInputStream} takes a member cut in its header for the end, and ends
 * early where a pipe has nothing to give for a moment.
 */
final class GzipInput extends BulkInput {
    /** Its first two bytes, the lower one first. */
    static final int MAGIC = 0x8B1F;

    private static final int SOURCE_BYTES = 1 << 16;
    private static final int DEFLATE = 8;
    private static final int TIME_AND_SYSTEM_BYTES = 6;

    private static final int FLAG_HEADER_CRC = 1 << 1;
    private static final int FLAG_EXTRA = 1 << 2;
    private static final int FLAG_NAME = 1 << 3;
    private static final int FLAG_COMMENT = 1 << 4;
    private static final int FLAGS_RESERVED = 0xE0;

    private final InputStream in;
    private final byte[] source = new byte[SOURCE_BYTES];
    private int position;
    private int limit;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private boolean inMember;

    GzipInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (inMember || startMember()) {
            int count = inflate(buffer, offset, length);
            if (count > 0) {
                crc.update(buffer, offset, count);
                return count;
            }
            if (inflater.finished()) {
                finishMember();
            } else {
                feed();
            }
        }
        return -1;
    }

    /** Returns also what came out before damage was met; the next call meets it again. */
    private int inflate(byte[] buffer, int offset, int length) throws BrokenTextException {
        long before = inflater.getBytesWritten();
        try {
            int count = inflater.inflate(buffer, offset, length);
            if (inflater.needsDictionary()) {
                throw BrokenTextException.damaged("damaged gzip data: asks for a dictionary");
            }
            return count;
        } catch (DataFormatException e) {
            int count = (int) (inflater.getBytesWritten() - before);
            if (count == 0) {
                throw BrokenTextException.damaged("damaged gzip data: " + e.getMessage());
            }
            return count;
        }
    }

    private void feed() throws IOException {
        if (position == limit && !fill()) {
            throw cut();
        }
        inflater.setInput(source, position, limit - position);
        position = limit;
    }

    private void finishMember() throws IOException {
        position = limit - inflater.getRemaining();
        if (littleEndian(4) != crc.getValue()
                || littleEndian(4) != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw BrokenTextException.damaged("damaged gzip data: wrong checksum");
        }
        inMember = false;
    }

    /** Skips a member's header; returns false where there is no other member. */
    private boolean startMember() throws IOException {
        int first = afterPadding();
        if (first < 0) {
            return false;
        }
        if ((first | mustRead() << Byte.SIZE) != MAGIC || mustRead() != DEFLATE) {
            throw BrokenTextException.damaged("no gzip data after the end of a member");
        }
        skipHeader(mustRead());
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    /** Tapes and block devices fill up with zeros; gzip skips them, too. */
    private int afterPadding() throws IOException {
        int next = next();
        while (next == 0) {
            next = next();
        }
        return next;
    }

    private void skipHeader(int flags) throws IOException {
        if ((flags & FLAGS_RESERVED) != 0) {
            throw BrokenTextException.damaged("damaged gzip data: unknown flags");
        }
        skip(TIME_AND_SYSTEM_BYTES);
        if ((flags & FLAG_EXTRA) != 0) {
            skip((int) littleEndian(2));
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(2);
        }
    }

    private void skip(int byteCount) throws IOException {
        for (int i = 0; i < byteCount; i++) {
            mustRead();
        }
    }

    private void skipText() throws IOException {
        int next = mustRead();
        while (next != 0) {
            next = mustRead();
        }
    }

    private long littleEndian(int byteCount) throws IOException {
        long value = 0;
        for (int i = 0; i < byteCount; i++) {
            value |= (long) mustRead() << (i * Byte.SIZE);
        }
        return value;
    }

    private int mustRead() throws IOException {
        int next = next();
        if (next < 0) {
            throw cut();
        }
        return next;
    }

    private int next() throws IOException {
        return position < limit || fill() ? Byte.toUnsignedInt(source[position++]) : -1;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(in.read(source), 0);
        return limit > 0;
    }

    private static BrokenTextException cut() {
        return BrokenTextException.cut("the gzip data stops in the middle");
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
