package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;

import java.lang.classfile.Opcode;

/** Branches and jumps. */
final class TransferInstructions {
    private static final StaticCall COMPARE_UNSIGNED = StaticCall.of(Long.class, "compareUnsigned");

    private TransferInstructions() {}

    static void emit(Instruction i, Emitter e) {
        switch (i.op()) {
            case JAL -> {
                link(i, e);
                e.jump(e.pc() + i.imm());
            }
            case JALR -> emitIndirect(i, e);
            case BEQ -> branch(Opcode.IFEQ, i, e);
            case BNE -> branch(Opcode.IFNE, i, e);
            case BLT -> branch(Opcode.IFLT, i, e);
            case BGE -> branch(Opcode.IFGE, i, e);
            case BLTU -> branchUnsigned(Opcode.IFLT, i, e);
            case BGEU -> branchUnsigned(Opcode.IFGE, i, e);
            default -> throw new IllegalArgumentException(i.op().mnemonic());
        }
    }

    private static void emitIndirect(Instruction i, Emitter e) {
        // rd may be rs1: the target comes first.
        e.x(i.rs1()).constant(i.imm()).code().ladd();
        e.constant(-2).code().land().lstore(e.scratchSlot());
        link(i, e);
        e.code().lload(e.scratchSlot());
        e.jumpIndirect();
    }

    private static void link(Instruction i, Emitter e) {
        e.constant(e.pc() + i.length()).writeX(i.rd());
    }

    private static void branch(Opcode test, Instruction i, Emitter e) {
        e.x(i.rs1()).x(i.rs2()).code().lcmp();
        e.branch(test, e.pc() + i.imm());
    }

    private static void branchUnsigned(Opcode test, Instruction i, Emitter e) {
        COMPARE_UNSIGNED.emit(e.x(i.rs1()).x(i.rs2()).code());
        e.branch(test, e.pc() + i.imm());
    }
}
