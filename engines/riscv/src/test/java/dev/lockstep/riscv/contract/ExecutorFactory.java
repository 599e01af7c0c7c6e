package dev.lockstep.riscv.contract;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.memory.GuestMemory;

/** Makes the engine under test. */
public interface ExecutorFactory {
    /**
     * Returns an engine that executes on these.
     *
     * @param recording what it reports
     */
    Executor executor(GuestMemory memory, Hart hart, Recording recording);
}
