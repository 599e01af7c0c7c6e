package dev.lockstep.interp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.contract.EngineContract;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

final class InterpreterContractTest implements EngineContract {
    @Override
    public Executor executor(GuestMemory memory, Hart hart, @Nullable RecordBatch batch) {
        return new Interpreter(memory, new BlockReader(memory, hart), hart, batch);
    }
}
