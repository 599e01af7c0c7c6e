package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.block.GuestBlock;

/** Decodes guest blocks into rows. */
final class BlockDecoder {
    private BlockDecoder() {}

    static Block decode(GuestBlock source) {
        Block block = new Block(source);
        long pc = source.pc();
        int row = 0;
        for (Instruction instruction : source.instructions()) {
            decode(instruction, pc, block, row);
            pc += instruction.length();
            row++;
        }
        if (source.endsInFetchFault()) {
            block.ops[row] = Op.ILLEGAL;
        }
        return block;
    }

    private static void decode(Instruction instruction, long pc, Block block, int row) {
        Op op = instruction.op();
        int rd = Registers.destination(instruction);
        int rs1 = Registers.source(op.rs1(), instruction.rs1());
        int rs2 = Registers.source(op.rs2(), instruction.rs2());
        block.ops[row] = op;
        block.operands[row] = rd | rs1 << 8 | rs2 << 16;
        block.immediates[row] = isRelative(op) ? pc + instruction.imm() : instruction.imm();
        block.weights[row] = weight(op, pc, rd);
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
