package dev.lockstep.isa.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of a file; every access is checked against its end. */
record ElfBytes(String fileName, ByteBuffer bytes) {

    int size() {
        return bytes.limit();
    }

    /**
     * Returns a read-only little-endian view of a part of the file.
     *
     * @param thing what stands there, for the message
     * @throws ElfFormatException if the file ends before it does
     */
    ByteBuffer slice(String thing, long offset, long length) {
        if (offset < 0 || length < 0 || offset > size() || length > size() - offset) {
            throw malformed(
                    thing,
                    "%s bytes at offset %s"
                            .formatted(
                                    Long.toUnsignedString(length), Long.toUnsignedString(offset)),
                    "inside the file, which has %d bytes; is it truncated?".formatted(size()));
        }
        return bytes.slice((int) offset, (int) length)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    ElfFormatException malformed(String thing, Object value, String expected) {
        return new ElfFormatException(fileName, thing, value, expected);
    }
}
