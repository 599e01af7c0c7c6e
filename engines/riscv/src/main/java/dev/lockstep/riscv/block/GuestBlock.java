package dev.lockstep.riscv.block;

import dev.lockstep.isa.Instruction;

import java.util.List;

/**
 * The instructions of one block by the block rule, in order. At least one instruction, or none when
 * the very first cannot be fetched.
 *
 * @param pc address of the first instruction
 * @param instructions the instructions; only the last can end the block
 * @param end address after the last instruction
 * @param fetchFault address at which fetching the next instruction faults, or {@link #NO_FAULT}; an
 *     engine that comes to {@code end} then traps there with cause instruction page fault
 */
public record GuestBlock(long pc, List<Instruction> instructions, long end, long fetchFault) {
    /** Value of {@link #fetchFault} when the block ends in the ordinary way. */
    public static final long NO_FAULT = -1;

    public GuestBlock {
        instructions = List.copyOf(instructions);
    }

    /** Returns the address of the instruction with this index, from 0. */
    public long pc(int index) {
        return pc + instructions.stream().limit(index).mapToLong(Instruction::length).sum();
    }

    /** Returns whether executing past the last instruction traps. */
    public boolean endsInFetchFault() {
        return fetchFault != NO_FAULT;
    }
}
