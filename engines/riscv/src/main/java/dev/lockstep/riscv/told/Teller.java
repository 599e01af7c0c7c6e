package dev.lockstep.riscv.told;

import dev.lockstep.riscv.Rewindable;

/**
 * Tells what one instruction after the other did. Its checkpoints bring it back to where it was, if
 * it can go back.
 */
public interface Teller extends Rewindable {
    /**
     * Returns the next step, which begins where the one before went on.
     *
     * @throws dev.lockstep.riscv.command.EngineException if what is told makes no sense, or nothing
     *     is told any more
     */
    ToldStep next();

    /**
     * Returns whether causes of traps and writes of CSRs are told. If not, those of our machine are
     * taken, on a machine without operating system.
     */
    default boolean tellsMachine() {
        return true;
    }
}
