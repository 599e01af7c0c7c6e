package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a fault does to the one execution of an instruction that it hits. */
enum FaultKind {
    /** Inverts bits of the register written, or of what a store stores. */
    FLIP,
    /** Leaves memory as it is. */
    DROP_STORE,
    /** Stores twice as many bytes of the register. */
    WIDEN_STORE,
    /** Takes a branch that is not to be taken, and the other way round. */
    WRONG_BRANCH,
    /** Goes on to the following instruction without any effect. */
    SKIP;

    /** Returns the name in a fault's text, such as {@code drop-store}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<FaultKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findAny();
    }

    boolean appliesTo(Instruction instruction) {
        Kind kind = instruction.op().kind();
        return switch (this) {
            case FLIP -> writesRegister(instruction) || kind == Kind.STORE;
            case DROP_STORE -> kind == Kind.STORE || kind == Kind.SC || kind == Kind.AMO;
            case WIDEN_STORE -> kind == Kind.STORE && instruction.op().width() < Long.BYTES;
            case WRONG_BRANCH -> kind == Kind.BRANCH;
            case SKIP -> writesRegister(instruction) || hasOtherEffect(kind);
        };
    }

    private static boolean writesRegister(Instruction instruction) {
        RegisterFile file = instruction.op().rd();
        return file == RegisterFile.F || (file == RegisterFile.X && instruction.rd() != 0);
    }

    private static boolean hasOtherEffect(Kind kind) {
        return switch (kind) {
            case STORE, SC, AMO, BRANCH, JUMP, JUMP_REGISTER, CSR -> true;
            case ALU, LOAD, LR, FLOAT, FENCE, SYSTEM, ILLEGAL -> false;
        };
    }
}
