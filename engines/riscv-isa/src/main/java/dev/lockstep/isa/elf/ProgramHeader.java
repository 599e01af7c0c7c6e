package dev.lockstep.isa.elf;

import java.nio.ByteBuffer;

/**
 * A program header (System V ABI, "Program Header"): {@code fileSize} bytes of the file at {@code
 * offset}, followed by zeros, make up {@code memorySize} bytes at {@code address}.
 *
 * @param type one of the constants, or another that a loader ignores
 * @param flags {@link #EXECUTE}, {@link #WRITE} and {@link #READ}
 */
public record ProgramHeader(
        int type,
        int flags,
        long offset,
        long address,
        long fileSize,
        long memorySize,
        long alignment) {

    public static final int LOAD = 1;
    public static final int DYNAMIC = 2;
    public static final int INTERPRETER = 3;
    public static final int GNU_STACK = 0x6474e551;

    public static final int EXECUTE = 1;
    public static final int WRITE = 2;
    public static final int READ = 4;

    /** Bytes of one header in the file. */
    public static final int SIZE = 56;

    /* | type u32 | flags u32 | offset u64 | address u64 | physical address u64
    | file size u64 | memory size u64 | alignment u64 |   little-endian */
    static ProgramHeader read(ByteBuffer header) {
        int type = header.getInt();
        int flags = header.getInt();
        long offset = header.getLong();
        long address = header.getLong();
        header.getLong();
        return new ProgramHeader(
                type, flags, offset, address, header.getLong(), header.getLong(), header.getLong());
    }

    /** Checks a segment that is to be loaded. */
    void check(ElfBytes file) {
        file.slice("segment", offset, fileSize);
        if (Long.compareUnsigned(fileSize, memorySize) > 0) {
            throw file.malformed(
                    "segment memory size",
                    Long.toUnsignedString(memorySize),
                    "at least its size in the file, " + fileSize);
        }
        if (Long.compareUnsigned(address + memorySize, address) < 0) {
            throw file.malformed(
                    "segment",
                    "%s bytes at address 0x%x"
                            .formatted(Long.toUnsignedString(memorySize), address),
                    "an end below 2^64");
        }
    }
}
