package dev.lockstep.riscv.told;

import dev.lockstep.riscv.GuestExit;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What an instruction did, as it is told.
 *
 * @param instruction its encoding, zero-extended; 0 if it could not be fetched
 * @param cause of the trap it took, as in mcause; {@link #NO_TRAP} if it completed
 * @param changes what it wrote, as far as that is known
 * @param nextPc where the guest went on
 * @param exit how the guest ended with it; null if it went on
 */
public record ToldStep(
        long pc,
        int instruction,
        int cause,
        List<Change> changes,
        long nextPc,
        @Nullable GuestExit exit) {
    /** The instruction completed. */
    public static final int NO_TRAP = -1;

    /** There is no more to tell, though the guest would go on. */
    public static final GuestExit UNTOLD = new GuestExit(GuestExit.Reason.KILLED, 0);

    public ToldStep {
        changes = List.copyOf(changes);
    }

    /** Returns whether the instruction trapped. */
    public boolean trapped() {
        return cause != NO_TRAP;
    }

    /** Returns the same as the last step that is told. */
    public ToldStep asLast(GuestExit how) {
        return new ToldStep(pc, instruction, cause, changes, nextPc, how);
    }

    /**
     * A write.
     *
     * @param slot where, as in docs/protocol.md, "Digest": a register, a CSR, or memory by width
     * @param value of a store zero-extended; of a CSR as a read returns it afterwards
     * @param address of a store, else 0
     */
    public record Change(int slot, long value, long address) {}
}
