package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;

/**
 * One instruction decoded for execution, as it lies in {@link Block#code}: three cells, the first
 * of which packs the opcode ({@link Opcode}) and three indices into the registers ({@link
 * Registers}).
 *
 * <pre>
 *   0                               1            2
 *   | opcode | rd | rs1 | rs2 |     | immediate  | weight     |
 *   8        8    8     8 bits      64           64
 * </pre>
 *
 * The immediate is as decoded, but absolute where the instruction adds it to its own address. The
 * weight is the digest's constant for the result, 0 if that does not count.
 */
final class Row {
    static final int IMMEDIATE = 1;
    static final int WEIGHT = 2;
    static final int CELLS = 3;

    private static final int RD_SHIFT = 8;
    private static final int RS1_SHIFT = 16;
    private static final int RS2_SHIFT = 24;
    private static final int MASK = 0xff;

    private Row() {}

    static int opcode(long cell) {
        return (int) cell & MASK;
    }

    static int rd(long cell) {
        return (int) cell >>> RD_SHIFT & MASK;
    }

    static int rs1(long cell) {
        return (int) cell >>> RS1_SHIFT & MASK;
    }

    static int rs2(long cell) {
        return (int) cell >>> RS2_SHIFT;
    }

    /**
     * Writes the row of the instruction at {@code pc} to {@code code[at]} and the cells after it.
     */
    static void encode(Instruction instruction, long pc, long[] code, int at) {
        Op op = instruction.op();
        int rd = Registers.destination(instruction);
        int rs1 = Registers.source(op.rs1(), instruction.rs1());
        int rs2 = Registers.source(op.rs2(), instruction.rs2());
        code[at] = Opcode.of(op) | rd << RD_SHIFT | rs1 << RS1_SHIFT | rs2 << RS2_SHIFT;
        code[at + IMMEDIATE] = isRelative(op) ? pc + instruction.imm() : instruction.imm();
        code[at + WEIGHT] = weight(op, pc, rd);
    }

    private static boolean isRelative(Op op) {
        return switch (op.kind()) {
            case BRANCH, JUMP -> true;
            case ALU -> op == Op.AUIPC;
            case JUMP_REGISTER, LOAD, STORE, LR, SC, AMO, FLOAT, CSR, FENCE, SYSTEM, ILLEGAL ->
                    false;
        };
    }

    private static long weight(Op op, long pc, int rd) {
        if (op.kind() == Kind.STORE) {
            return Digest.constant(pc, Digest.storeSlot(op.width()));
        }
        return rd == Registers.SINK ? 0 : Digest.constant(pc, rd);
    }
}
