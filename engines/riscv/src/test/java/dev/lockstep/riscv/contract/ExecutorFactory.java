package dev.lockstep.riscv.contract;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/** Makes the engine under test. */
public interface ExecutorFactory {
    /**
     * Returns an engine that executes on these.
     *
     * @param batch takes the records, null for a free run
     */
    Executor executor(GuestMemory memory, Hart hart, @Nullable RecordBatch batch);
}
