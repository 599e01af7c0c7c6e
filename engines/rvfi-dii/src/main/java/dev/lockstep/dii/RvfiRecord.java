package dev.lockstep.dii;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an implementation says of one instruction, in version 1 of the format.
 *
 * <pre>
 *   | order u64 | pc u64 | next pc u64 | insn u64 | rs1 value u64 | rs2 value u64 |
 *   | rd value u64 | memory address u64 | read u64 | written u64 |
 *   | read mask u8 | write mask u8 | rs1 u8 | rs2 u8 | rd u8 | trap u8 | halt u8 | intr u8 |
 *   little-endian
 * </pre>
 *
 * @param rd number of the register that was written; 0 for none
 * @param memoryAddress of what was written, if anything was
 * @param writeMask a bit for each byte that was, from the address on
 */
record RvfiRecord(
        long pc,
        long nextPc,
        int rd,
        long rdValue,
        long memoryAddress,
        long written,
        int writeMask,
        boolean trapped,
        boolean halted) {
    private static final int PC_OFFSET = Long.BYTES;
    private static final int NEXT_PC_OFFSET = PC_OFFSET + Long.BYTES;
    private static final int RD_VALUE_OFFSET = NEXT_PC_OFFSET + 4 * Long.BYTES;
    private static final int ADDRESS_OFFSET = RD_VALUE_OFFSET + Long.BYTES;
    private static final int WRITTEN_OFFSET = ADDRESS_OFFSET + 2 * Long.BYTES;
    private static final int WRITE_MASK_OFFSET = WRITTEN_OFFSET + Long.BYTES + 1;
    private static final int RD_OFFSET = WRITE_MASK_OFFSET + 3;
    private static final int TRAP_OFFSET = RD_OFFSET + 1;
    private static final int HALT_OFFSET = TRAP_OFFSET + 1;

    /** Bytes of a record. */
    static final int BYTES = HALT_OFFSET + 2;

    /** Reads one. */
    static RvfiRecord of(byte[] bytes) {
        ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new RvfiRecord(
                record.getLong(PC_OFFSET),
                record.getLong(NEXT_PC_OFFSET),
                Byte.toUnsignedInt(record.get(RD_OFFSET)),
                record.getLong(RD_VALUE_OFFSET),
                record.getLong(ADDRESS_OFFSET),
                record.getLong(WRITTEN_OFFSET),
                Byte.toUnsignedInt(record.get(WRITE_MASK_OFFSET)),
                record.get(TRAP_OFFSET) != 0,
                record.get(HALT_OFFSET) != 0);
    }
}
