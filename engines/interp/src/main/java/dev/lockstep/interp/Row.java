package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Recording.Effects;
import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

/**
 * One instruction of a {@link Trace}, decoded for its node: registers as {@link Registers} numbers
 * them, and as immediate what the node computes with.
 */
final class Row {
    final GuestBlock block;
    final Instruction instruction;
    final long pc;

    /** Steps of its block before it. */
    final int ordinal;

    /** Steps and blocks of its trace before it. */
    int index;

    int blocks;

    /** What its node does: of instructions that do the same to the one register file, one. */
    Op op;

    final byte rd;
    final byte rs1;
    final byte rs2;
    final byte rs3;

    /** As decoded, but of a result that is known when it is decoded, that result. */
    final long imm;

    /** Of a jump, the address after it. */
    final long link;

    /** What the result is multiplied by for the rest that nodes carry; 0 if it does not count. */
    long weight;

    /** What is known of the digest before it. */
    Known known = Known.NOTHING;

    /** The digest's constant for the result, 0 if it does not count. */
    private long constant;

    /** Of a branch, the way on which it leaves the trace. */
    @Nullable Exit exit;

    /** Of a jump to a register, how it leaves the trace. */
    @Nullable IndirectExit indirectExit;

    Row(GuestBlock block, Instruction instruction, long pc, int ordinal) {
        this.block = block;
        Op encoded = instruction.op();
        this.instruction = instruction;
        this.pc = pc;
        this.ordinal = ordinal;
        op = operation(encoded);
        rd = (byte) Registers.destination(instruction);
        rs1 = (byte) Registers.source(encoded.rs1(), instruction.rs1());
        rs2 = (byte) Registers.source(encoded.rs2(), instruction.rs2());
        rs3 = (byte) Registers.source(encoded.rs3(), instruction.rs3());
        link = pc + instruction.length();
        imm =
                switch (encoded) {
                    case AUIPC -> pc + instruction.imm();
                    case JAL -> link;
                    default -> instruction.imm();
                };
    }

    /** Puts it into a trace, behind some steps and blocks and what is known of the digest there. */
    void place(int stepsBefore, int blocksBefore, Known knownBefore, Effects effects) {
        index = stepsBefore;
        blocks = blocksBefore;
        known = knownBefore;
        constant = isCounted(effects) ? constant() : 0;
        weight = constant * known.inverse();
    }

    private boolean isCounted(Effects effects) {
        return switch (effects) {
            case NONE, PATH -> false;
            case COMMIT -> kind() == Kind.STORE;
            case FULL -> rd != Registers.SINK || kind() == Kind.STORE;
        };
    }

    private long constant() {
        boolean stores = kind() == Kind.STORE;
        int slot = stores ? Digest.storeSlot(instruction.op().width()) : rd;
        return Digest.constant(pc, slot);
    }

    /** Returns what is known of the digest behind it, but for a transfer. */
    Known knownAfter() {
        return switch (op) {
            case LUI -> known.plus(Digest.mix(imm) * constant);
            case JALR -> known.plus(Digest.mix(link) * constant);
            default -> known;
        };
    }

    /** A jump's node only links; where it leads is in the trace. */
    private static Op operation(Op op) {
        return switch (op) {
            case AUIPC, JAL -> Op.LUI;
            case FLD -> Op.LD;
            case FSW -> Op.SW;
            case FSD -> Op.SD;
            default -> op;
        };
    }

    Kind kind() {
        return instruction.op().kind();
    }

    /** Returns whether it does nothing but count. Stores to code are noticed as they happen. */
    boolean isIdle() {
        return switch (kind()) {
            case ALU, JUMP -> rd == Registers.SINK;
            case FENCE -> true;
            default -> false;
        };
    }

    /** Returns whether its node has to ask a unit of the {@link Core} in any case. */
    boolean isRare() {
        return switch (kind()) {
            case LR, SC, AMO, CSR -> true;
            case FLOAT -> !HostFloat.rounds(instruction);
            default -> false;
        };
    }

    /** Returns whether it does nothing but trap. */
    boolean isTrap() {
        return kind() == Kind.SYSTEM || kind() == Kind.ILLEGAL;
    }

    /** Returns whether it stands for what cannot be fetched, after the last instruction. */
    boolean isFetchFault() {
        return ordinal == block.instructions().size();
    }

    /** Has a branch leave the trace where it would not be taken. */
    void invert() {
        op =
                switch (op) {
                    case BEQ -> Op.BNE;
                    case BNE -> Op.BEQ;
                    case BLT -> Op.BGE;
                    case BGE -> Op.BLT;
                    case BLTU -> Op.BGEU;
                    case BGEU -> Op.BLTU;
                    default -> throw new IllegalStateException(op + " (expected: a branch)");
                };
    }
}
