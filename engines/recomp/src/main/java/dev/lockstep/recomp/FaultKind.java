package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a fault does, once: to the execution of an instruction, to an input, or in a region. */
enum FaultKind {
    /** Inverts bits of the register written, or of what a store stores. */
    FLIP(FaultOperand.MASK),
    /** The register written, or what a store stores, is greater by 1. */
    OFF_BY_ONE,
    /** Extends 32 bits or fewer by zeros where their sign is to be repeated. */
    ZERO_EXTEND,
    /** Repeats the sign where zeros are to extend what was loaded. */
    SIGN_EXTEND,
    /** The upper half of the register written is zero. */
    TRUNCATE,
    /** The register that is to be written keeps its value, which counts as written. */
    STALE_REGISTER,
    /** Takes the second operand for the first and the other way round. */
    SWAP_OPERANDS,
    /** Takes one bit less of a shift's amount, or one more where 32 bits are shifted. */
    WRONG_SHIFT,
    /** Rounds toward zero, or, if that is right, to nearest. */
    ROUND,
    /** A NaN that is written has another lowest bit. */
    NAN_PAYLOAD,
    /** Inverts accrued exception flags. */
    FLAG(FaultOperand.MASK),
    /** Writes the result whose destination is x0 to x0. */
    WRITE_X0,
    /** Leaves memory as it is. */
    DROP_STORE,
    /** Stores twice as many bytes of the register. */
    WIDEN_STORE,
    /** Stores the same once more behind what is stored. */
    EXTRA_STORE,
    /** Takes a branch that is not to be taken, and the other way round. */
    WRONG_BRANCH,
    /** A transfer that is taken goes 4 bytes too far. */
    WRONG_TARGET,
    /** Goes on to the following instruction without any effect. */
    SKIP,
    /** Asks the world with another first argument. */
    WRONG_QUESTION(FaultOperand.MASK),
    /** Takes what the world answers for another value. */
    WRONG_ANSWER(FaultOperand.MASK),
    /** Leaves a region, or calls, without storing a changed register back. */
    SKIP_SPILL(FaultOperand.REGISTER),
    /** Goes on after a call with what the register was before it. */
    STALE_AFTER_CALL(FaultOperand.REGISTER),
    /** Begins a round of a loop with what the register was when the last one began. */
    STALE_LOOP(FaultOperand.REGISTER),
    /** Calls the region that was called last where the target is another. */
    STALE_TARGET,
    /** Keeps the code of a page that the guest writes to. */
    MISSED_INVALIDATION;

    private final FaultOperand operand;

    FaultKind() {
        this(FaultOperand.NONE);
    }

    FaultKind(FaultOperand operand) {
        this.operand = operand;
    }

    /** Returns what stands behind the name in a fault's text. */
    FaultOperand operand() {
        return operand;
    }

    /** Returns the name in a fault's text, such as {@code drop-store}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<FaultKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findAny();
    }

    /** Returns whether the fault is in how blocks are put together, and no instruction's own. */
    boolean isOfRegions() {
        return compareTo(SKIP_SPILL) >= 0;
    }

    /** Returns whether the fault is in what the guest asks or is told, and no instruction's own. */
    boolean isOfInputs() {
        return this == WRONG_QUESTION || this == WRONG_ANSWER;
    }

    /** Returns whether the fault is in what one instruction does. */
    boolean isOfInstructions() {
        return !isOfInputs() && !isOfRegions();
    }

    boolean appliesTo(Instruction instruction) {
        Kind kind = instruction.op().kind();
        return switch (this) {
            case FLIP, OFF_BY_ONE -> writesRegister(instruction) || kind == Kind.STORE;
            case ZERO_EXTEND -> Wrongness.extendsSign(instruction);
            case SIGN_EXTEND -> Wrongness.extendsByZeros(instruction);
            case TRUNCATE -> Wrongness.isLong(instruction);
            case STALE_REGISTER -> writesRegister(instruction);
            case SWAP_OPERANDS -> Wrongness.hasTwoOperands(instruction);
            case WRONG_SHIFT -> Wrongness.shifts(instruction);
            case ROUND -> Wrongness.rounds(instruction);
            case NAN_PAYLOAD -> kind == Kind.FLOAT && instruction.op().writesF();
            case FLAG -> kind == Kind.FLOAT;
            case WRITE_X0 -> instruction.op().writesX() && instruction.rd() == 0;
            case DROP_STORE -> kind == Kind.STORE || kind == Kind.SC || kind == Kind.AMO;
            case WIDEN_STORE -> kind == Kind.STORE && instruction.op().width() < Long.BYTES;
            case EXTRA_STORE -> kind == Kind.STORE;
            case WRONG_BRANCH -> kind == Kind.BRANCH;
            case WRONG_TARGET ->
                    kind == Kind.BRANCH || kind == Kind.JUMP || kind == Kind.JUMP_REGISTER;
            case SKIP -> writesRegister(instruction) || hasOtherEffect(kind);
            case WRONG_QUESTION,
                    WRONG_ANSWER,
                    SKIP_SPILL,
                    STALE_AFTER_CALL,
                    STALE_LOOP,
                    STALE_TARGET,
                    MISSED_INVALIDATION ->
                    false;
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
