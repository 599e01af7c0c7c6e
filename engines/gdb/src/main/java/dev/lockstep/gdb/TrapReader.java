package dev.lockstep.gdb;

import dev.lockstep.gdb.StepOutcome.Trap;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

/** Reads which trap the signal of a stub stands for. */
final class TrapReader {
    private final GuestMemory memory;

    TrapReader(GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * Returns the trap that kept an instruction from completing, or null if it completed.
     *
     * @param signal that of the stop
     * @param access the instruction; null if it could not be fetched
     * @param pc where it is
     * @param stoppedAt where the stub's hart stands
     * @throws StubException if no trap of an instruction gives this signal
     */
    @Nullable Trap read(int signal, @Nullable Access access, long pc, long stoppedAt) {
        return switch (signal) {
            case StopReply.SIGTRAP ->
                    access != null && access.isBreak() && stoppedAt == pc
                            ? new Trap(TrapCause.BREAKPOINT, 0)
                            : null;
            case StopReply.SIGILL -> new Trap(TrapCause.ILLEGAL_INSTRUCTION, encoding(access));
            case StopReply.SIGSEGV -> pageFault(access, pc);
            case StopReply.SIGBUS -> misaligned(access, pc);
            default ->
                    throw new StubException(
                            "the stub stopped with signal %d at 0x%x (expected: %d after a step)"
                                    .formatted(signal, pc, StopReply.SIGTRAP));
        };
    }

    private static long encoding(@Nullable Access access) {
        return access == null ? 0 : Integer.toUnsignedLong(access.instruction().raw());
    }

    private Trap pageFault(@Nullable Access access, long pc) {
        if (access != null && access.loads()) {
            long readable = memory.readableBytes(access.address(), access.width());
            return new Trap(TrapCause.LOAD_PAGE_FAULT, faulting(access, readable));
        }
        if (access != null && access.mayStore()) {
            long writable = memory.writableBytes(access.address(), access.width());
            return new Trap(TrapCause.STORE_PAGE_FAULT, faulting(access, writable));
        }
        return new Trap(TrapCause.INSTRUCTION_PAGE_FAULT, fetchFault(pc));
    }

    /** Returns the first byte that is not permitted; all are if only the stub does not permit. */
    private static long faulting(Access access, long permitted) {
        return access.address() + (permitted == access.width() ? 0 : permitted);
    }

    private long fetchFault(long pc) {
        try {
            memory.fetchParcel(pc);
            memory.fetchParcel(pc + Short.BYTES);
            return pc;
        } catch (GuestTrap fault) {
            return fault.value();
        }
    }

    private static Trap misaligned(@Nullable Access access, long pc) {
        if (access != null && access.loads()) {
            return new Trap(TrapCause.LOAD_MISALIGNED, access.address());
        }
        if (access != null && access.mayStore()) {
            return new Trap(TrapCause.STORE_MISALIGNED, access.address());
        }
        return new Trap(TrapCause.INSTRUCTION_MISALIGNED, pc);
    }
}
