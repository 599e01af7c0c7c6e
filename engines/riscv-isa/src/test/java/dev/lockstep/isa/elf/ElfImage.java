package dev.lockstep.isa.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A small well-formed executable to spoil: one segment of {@link #CODE_SIZE} bytes, a section of
 * code, the symbols {@code _start} (32 bytes, global) and {@code loop} (a local label inside it).
 */
final class ElfImage {

    static final long BASE = 0x10000;
    static final int CODE_SIZE = 64;
    static final int START_SIZE = 32;

    static final int CLASS_OFFSET = 4;
    static final int BYTE_ORDER_OFFSET = 5;
    static final int TYPE_OFFSET = 16;
    static final int MACHINE_OFFSET = 18;
    static final int PROGRAM_HEADER_OFFSET_OFFSET = 32;
    static final int SECTION_HEADER_OFFSET_OFFSET = 40;
    static final int PROGRAM_HEADER_SIZE_OFFSET = 54;
    static final int PROGRAM_HEADER_COUNT_OFFSET = 56;

    static final int PROGRAM_HEADER = 64;
    static final int SEGMENT_OFFSET_OFFSET = PROGRAM_HEADER + 8;
    static final int SEGMENT_ADDRESS_OFFSET = PROGRAM_HEADER + 16;
    static final int SEGMENT_FILE_SIZE_OFFSET = PROGRAM_HEADER + 32;
    static final int SEGMENT_MEMORY_SIZE_OFFSET = PROGRAM_HEADER + 40;

    private static final int CODE = PROGRAM_HEADER + ProgramHeader.SIZE;
    private static final int SYMBOL_SIZE = 24;
    private static final int SYMBOL_COUNT = 5;
    private static final int SYMBOLS = CODE + CODE_SIZE;
    private static final int NAMES = SYMBOLS + SYMBOL_COUNT * SYMBOL_SIZE;
    private static final String NAME_BYTES = "\0_start\0loop\0$x\0end\0";
    private static final int SECTIONS = NAMES + NAME_BYTES.length();
    private static final int SECTION_SIZE = 64;
    private static final int SECTION_COUNT = 4;

    private final ByteBuffer bytes =
            ByteBuffer.allocate(SECTIONS + SECTION_COUNT * SECTION_SIZE)
                    .order(ByteOrder.LITTLE_ENDIAN);

    ElfImage() {
        header();
        programHeader();
        bytes.position(SYMBOLS);
        symbol(0, 0, 0, 0, 0);
        symbol(1, 0x12, 1, BASE, START_SIZE);
        symbol(8, 0x00, 1, BASE + 8, 0);
        symbol(13, 0x00, 1, BASE + 8, 0);
        symbol(16, 0x10, 1, BASE + 48, 0);
        bytes.put(NAME_BYTES.getBytes(StandardCharsets.US_ASCII));
        section(0, 0, 0, 0, 0);
        section(1, BASE, CODE, CODE_SIZE, 0);
        section(2, 0, SYMBOLS, SYMBOL_COUNT * SYMBOL_SIZE, 3);
        section(3, 0, NAMES, NAME_BYTES.length(), 0);
    }

    private void header() {
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(TYPE_OFFSET);
        bytes.putShort((short) 2).putShort((short) 243).putInt(1).putLong(BASE + 4);
        bytes.putLong(PROGRAM_HEADER).putLong(SECTIONS).putInt(5).putShort((short) 64);
        bytes.putShort((short) ProgramHeader.SIZE).putShort((short) 1);
        bytes.putShort((short) SECTION_SIZE).putShort((short) SECTION_COUNT).putShort((short) 0);
    }

    private void programHeader() {
        int flags = ProgramHeader.READ | ProgramHeader.EXECUTE;
        bytes.putInt(ProgramHeader.LOAD).putInt(flags).putLong(CODE).putLong(BASE).putLong(BASE);
        bytes.putLong(CODE_SIZE).putLong(CODE_SIZE).putLong(4096);
    }

    private void symbol(int name, int info, int section, long address, long size) {
        bytes.putInt(name).put((byte) info).put((byte) 0).putShort((short) section);
        bytes.putLong(address).putLong(size);
    }

    private void section(int type, long address, long offset, long size, int link) {
        bytes.putInt(0).putInt(type).putLong(0).putLong(address).putLong(offset).putLong(size);
        bytes.putInt(link).putInt(0).putLong(0).putLong(0);
    }

    ElfImage withByte(int offset, int value) {
        bytes.put(offset, (byte) value);
        return this;
    }

    ElfImage withShort(int offset, int value) {
        bytes.putShort(offset, (short) value);
        return this;
    }

    ElfImage withLong(int offset, long value) {
        bytes.putLong(offset, value);
        return this;
    }

    byte[] toArray() {
        return bytes.array().clone();
    }

    ElfFile parse() {
        return ElfFile.parse("guest", ByteBuffer.wrap(toArray()));
    }
}
