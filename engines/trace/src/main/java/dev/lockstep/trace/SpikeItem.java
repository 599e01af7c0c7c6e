package dev.lockstep.trace;

import dev.lockstep.isa.Csr;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.told.ToldStep;
import dev.lockstep.riscv.told.ToldStep.Change;

import java.util.List;

/**
 * An instruction of Spike's log.
 *
 * @param cause of its trap, as in mcause; {@link ToldStep#NO_TRAP} if it completed
 */
record SpikeItem(int privilege, long pc, int instruction, int cause, List<Change> changes) {
    boolean trapped() {
        return cause != ToldStep.NO_TRAP;
    }

    /** Returns what it wrote to a CSR, or what was there before. */
    long csr(Csr csr, long before) {
        for (Change change : changes) {
            if (change.slot() == Digest.CSR + csr.number()) {
                return change.value();
            }
        }
        return before;
    }
}
