package dev.lockstep.trace;

import dev.lockstep.riscv.command.Abilities;
import dev.lockstep.riscv.told.Teller;

/** A trace that has been recognised. */
sealed interface Trace extends Teller permits SpikeTrace, QemuTrace {
    /** Returns what can be done with what it has. */
    Abilities abilities();
}
