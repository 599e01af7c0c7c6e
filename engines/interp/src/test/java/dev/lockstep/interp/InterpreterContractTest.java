package dev.lockstep.interp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.contract.EngineContract;
import dev.lockstep.riscv.memory.GuestMemory;

final class InterpreterContractTest implements EngineContract {
    @Override
    public Executor executor(GuestMemory memory, Hart hart, Recording recording) {
        return new Interpreter(memory, new BlockReader(memory, hart), hart, recording);
    }
}
