package dev.lockstep.interp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.block.GuestBlock;

import java.util.List;

/**
 * A guest block decoded for execution, and links to the blocks that came after it.
 *
 * <p>Where the instruction after the block cannot be fetched, a last row of {@link Opcode#ILLEGAL}
 * stands for it.
 */
final class Block {
    private static final long NOWHERE = -1;

    /** Stands for a block that is not known; no address equals its entry. */
    static final Block NONE =
            new Block(new GuestBlock(NOWHERE, List.of(), NOWHERE, GuestBlock.NO_FAULT));

    /** Address of the first instruction. */
    final long start;

    /** Address after the last instruction. */
    final long end;

    /** Steps that executing the whole block takes. */
    final int steps;

    /** One {@link Row} for each instruction. */
    final long[] code;

    private final Instruction[] instructions;

    /**
     * Of the last instruction: its address, whether it jumps to a register, the digest's constant.
     */
    private final long last;

    private final boolean indirect;
    private final long transferWeight;
    private final long fetchFault;

    /** {@link #start} as long as the code has not changed since it was decoded. */
    long entry;

    /** Where the last transfer out of this block led; any block whose entry differs is no link. */
    Block taken = this;

    /** What follows without a transfer; likewise. */
    Block next = this;

    Block(GuestBlock source) {
        start = source.pc();
        end = source.end();
        instructions = source.instructions().toArray(Instruction[]::new);
        fetchFault = source.fetchFault();
        entry = start;
        steps = instructions.length;
        code = encode(source);
        last = pc(Math.max(instructions.length - 1, 0));
        indirect =
                instructions.length != 0 && instructions[instructions.length - 1].op() == Op.JALR;
        transferWeight = Digest.constant(last, Digest.TRANSFER);
    }

    private static long[] encode(GuestBlock source) {
        List<Instruction> instructions = source.instructions();
        int rows = instructions.size() + (source.endsInFetchFault() ? 1 : 0);
        long[] code = new long[rows * Row.CELLS];
        long pc = source.pc();
        int at = 0;
        for (Instruction instruction : instructions) {
            Row.encode(instruction, pc, code, at);
            pc += instruction.length();
            at += Row.CELLS;
        }
        if (source.endsInFetchFault()) {
            code[at] = Opcode.ILLEGAL;
        }
        return code;
    }

    Instruction instruction(int row) {
        return instructions[row];
    }

    /** Returns the address of the instruction in a row. */
    long pc(int row) {
        long pc = start;
        for (int i = 0; i < row; i++) {
            pc += instructions[i].length();
        }
        return pc;
    }

    /** Returns what a transfer from the end of this block to {@code target} adds to the digest. */
    long transferEffect(long target) {
        return Digest.mix(target) * transferWeight;
    }

    /** Returns whether such a transfer turns the digest. */
    boolean turns(long target) {
        return Digest.turns(indirect, last, target);
    }

    /** Returns whether this may be executed again without being read again. */
    boolean isWhole() {
        return fetchFault == GuestBlock.NO_FAULT;
    }

    /** Remembers what came after this block, unless its own code has changed meanwhile. */
    void link(boolean transfer, Block successor) {
        if (entry == NOWHERE) {
            return;
        }
        if (transfer) {
            taken = successor;
        } else {
            next = successor;
        }
    }

    /** Makes every link to this block miss. */
    void invalidate() {
        entry = NOWHERE;
        taken = this;
        next = this;
    }

    /** Returns the trap of a row whose instruction does nothing but trap. */
    GuestTrap trap(int row) {
        if (row == instructions.length) {
            return new GuestTrap(TrapCause.INSTRUCTION_PAGE_FAULT, fetchFault);
        }
        return switch (instructions[row].op()) {
            case ECALL -> new GuestTrap(TrapCause.ECALL_FROM_U, 0);
            case EBREAK -> new GuestTrap(TrapCause.BREAKPOINT, 0);
            default ->
                    new GuestTrap(
                            TrapCause.ILLEGAL_INSTRUCTION,
                            Integer.toUnsignedLong(instructions[row].raw()));
        };
    }
}
