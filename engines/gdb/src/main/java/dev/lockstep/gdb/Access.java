package dev.lockstep.gdb;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.riscv.Hart;

/**
 * What the table of instructions says an instruction touches beside its registers.
 *
 * @param address what it accesses, if it does
 */
record Access(Instruction instruction, long address) {
    static Access of(Instruction instruction, Hart hart) {
        long offset =
                switch (instruction.op().kind()) {
                    case LOAD, STORE -> instruction.imm();
                    default -> 0; // The address of an atomic is its register's.
                };
        return new Access(instruction, hart.x[instruction.rs1()] + offset);
    }

    private Kind kind() {
        return instruction.op().kind();
    }

    int width() {
        return instruction.op().width();
    }

    /** Returns whether it loads and does nothing else. */
    boolean loads() {
        return kind() == Kind.LOAD || kind() == Kind.LR;
    }

    /** Returns whether it may store. */
    boolean mayStore() {
        return switch (kind()) {
            case STORE, SC, AMO -> true;
            default -> false;
        };
    }

    /** Returns whether it does nothing but trap. */
    boolean isBreak() {
        return instruction.op() == Op.EBREAK;
    }

    boolean isConditional() {
        return kind() == Kind.SC;
    }

    /** Returns whether it may change floating-point flags or mode. */
    boolean touchesFcsr() {
        return switch (kind()) {
            case FLOAT -> true;
            case CSR -> instruction.needsFloats();
            default -> instruction.op().rd() == RegisterFile.F;
        };
    }
}
