package dev.lockstep.interp;

import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;

/** Ends a trace at an instruction that does nothing but trap, or cannot be fetched. */
final class TrapNode extends Node {
    private final Row row;
    private final int cause;
    private final long value;

    TrapNode(Row row) {
        this.row = row;
        if (row.isFetchFault()) {
            cause = TrapCause.INSTRUCTION_PAGE_FAULT;
            value = row.block.fetchFault();
            return;
        }
        cause =
                switch (row.op) {
                    case ECALL -> TrapCause.ECALL_FROM_U;
                    case EBREAK -> TrapCause.BREAKPOINT;
                    default -> TrapCause.ILLEGAL_INSTRUCTION;
                };
        boolean illegal = cause == TrapCause.ILLEGAL_INSTRUCTION;
        value = illegal ? Integer.toUnsignedLong(row.instruction.raw()) : 0;
    }

    @Override
    Entry run(Core core, long[] r, GuestMemory memory, long digest) {
        return core.trapAt(row, digest, cause, value);
    }
}
