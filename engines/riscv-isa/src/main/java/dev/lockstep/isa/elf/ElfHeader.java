package dev.lockstep.isa.elf;

import java.nio.ByteBuffer;

/**
 * The ELF header (System V ABI, "ELF Header") of a 64-bit little-endian RISC-V executable.
 *
 * @param positionIndependent whether the type is ET_DYN, so that a loader chooses the addresses
 */
record ElfHeader(
        boolean positionIndependent,
        long entry,
        long programHeaderOffset,
        int programHeaderCount,
        long sectionHeaderOffset,
        int sectionHeaderCount) {

    private static final int MAGIC = 0x464c457f;
    private static final int IDENT_SIZE = 16;
    private static final int SIZE = 64;

    private static final byte CLASS_64 = 2;
    private static final byte LITTLE_ENDIAN = 1;
    private static final short TYPE_EXECUTABLE = 2;
    private static final short TYPE_DYNAMIC = 3;
    private static final short MACHINE_RISCV = 243;

    /* | magic u32 | class u8 | byte order u8 | … to 16 | type u16 | machine u16 | version u32
    | entry u64 | program header offset u64 | section header offset u64 | flags u32
    | header size u16 | program header size u16, count u16 | section header size u16, count u16
    | name section u16 |   little-endian */
    static ElfHeader read(ElfBytes file) {
        checkIdent(file);
        ByteBuffer header = file.slice("ELF header", 0, SIZE).position(IDENT_SIZE);
        short type = header.getShort();
        checkMachine(file, header.getShort());
        checkType(file, type);
        header.getInt();
        long entry = header.getLong();
        long programHeaderOffset = header.getLong();
        long sectionHeaderOffset = header.getLong();
        header.getInt();
        header.getShort();
        int programHeaderSize = Short.toUnsignedInt(header.getShort());
        int programHeaderCount = Short.toUnsignedInt(header.getShort());
        header.getShort();
        int sectionHeaderCount = Short.toUnsignedInt(header.getShort());
        checkProgramHeaders(file, programHeaderSize, programHeaderCount);
        return new ElfHeader(
                type == TYPE_DYNAMIC,
                entry,
                programHeaderOffset,
                programHeaderCount,
                sectionHeaderOffset,
                sectionHeaderCount);
    }

    private static void checkIdent(ElfBytes file) {
        if (file.size() == 0) {
            throw file.malformed("size", "0 bytes", "an ELF executable; the file is empty");
        }
        ByteBuffer start = file.slice("start of file", 0, Math.min(file.size(), IDENT_SIZE));
        if (start.limit() < Integer.BYTES || start.getInt() != MAGIC) {
            throw file.malformed("first bytes", hex(start), "7f 45 4c 46, an ELF executable");
        }
        ByteBuffer ident = file.slice("ELF header", Integer.BYTES, 2);
        byte fileClass = ident.get();
        byte byteOrder = ident.get();
        if (fileClass != CLASS_64) {
            throw file.malformed("class", fileClass == 1 ? "32-bit" : fileClass, "64-bit");
        }
        if (byteOrder != LITTLE_ENDIAN) {
            throw file.malformed(
                    "byte order", byteOrder == 2 ? "big-endian" : byteOrder, "little-endian");
        }
    }

    private static void checkMachine(ElfBytes file, short machine) {
        if (machine != MACHINE_RISCV) {
            throw file.malformed(
                    "machine",
                    machineName(machine),
                    "RISC-V; build the program with a riscv64 compiler");
        }
    }

    private static void checkType(ElfBytes file, short type) {
        if (type != TYPE_EXECUTABLE && type != TYPE_DYNAMIC) {
            throw file.malformed("type", typeName(type), "an executable; was the program linked?");
        }
    }

    private static void checkProgramHeaders(ElfBytes file, int size, int count) {
        if (count == 0) {
            throw file.malformed("program headers", 0, "at least 1");
        }
        if (size != ProgramHeader.SIZE) {
            throw file.malformed("program header size", size, ProgramHeader.SIZE + " bytes");
        }
    }

    private static String machineName(short machine) {
        return switch (machine) {
            case 3 -> "x86";
            case 8 -> "MIPS";
            case 20 -> "PowerPC";
            case 21 -> "PowerPC64";
            case 22 -> "S/390";
            case 40 -> "Arm";
            case 62 -> "x86-64";
            case 183 -> "AArch64";
            case 258 -> "LoongArch";
            default -> "number " + Short.toUnsignedInt(machine);
        };
    }

    private static String typeName(short type) {
        return switch (type) {
            case 1 -> "relocatable object";
            case 4 -> "core dump";
            default -> "number " + Short.toUnsignedInt(type);
        };
    }

    private static String hex(ByteBuffer bytes) {
        var text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.limit(), Integer.BYTES); i++) {
            text.append(i == 0 ? "" : " ").append("%02x".formatted(bytes.get(i)));
        }
        return text.toString();
    }
}
