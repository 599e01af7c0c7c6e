package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.TrapCause;

/** Leads every instruction to the class that knows what it means. */
final class Meanings {
    private Meanings() {}

    static void emit(Instruction i, Emitter e) {
        switch (i.op().kind()) {
            case ALU -> IntegerInstructions.emit(i, e);
            case LOAD -> MemoryInstructions.emitLoad(i, e);
            case STORE -> MemoryInstructions.emitStore(i, e);
            case LR, SC, AMO -> AtomicInstructions.emit(i, e);
            case FLOAT -> FloatInstructions.emit(i, e);
            case BRANCH, JUMP, JUMP_REGISTER -> TransferInstructions.emit(i, e);
            case CSR -> CsrInstructions.emit(i, e);
            case FENCE -> emitFence();
            case SYSTEM -> emitSystem(i, e);
            case ILLEGAL -> raiseIllegal(i, e);
        }
    }

    static void raiseIllegal(Instruction i, Emitter e) {
        e.raise(TrapCause.ILLEGAL_INSTRUCTION, Integer.toUnsignedLong(i.raw()));
    }

    /**
     * One hart sees its own accesses in order. fence.i has nothing to do either: a store to code
     * drops the translations at once, and the block it stands in ends here.
     */
    private static void emitFence() {}

    private static void emitSystem(Instruction i, Emitter e) {
        switch (i.op()) {
            case ECALL -> e.environmentCall();
            case EBREAK -> e.raise(TrapCause.BREAKPOINT, 0);
            // Privileged specification: not for programs in user mode.
            case MRET, WFI -> raiseIllegal(i, e);
            default -> throw new IllegalArgumentException(i.op().mnemonic());
        }
    }
}
