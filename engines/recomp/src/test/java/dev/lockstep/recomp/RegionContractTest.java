package dev.lockstep.recomp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.contract.EngineContract;
import dev.lockstep.riscv.memory.GuestMemory;

/** The contract where whatever is executed twice is executed in regions. */
final class RegionContractTest implements EngineContract {
    @Override
    public Executor executor(GuestMemory memory, Hart hart, Recording recording) {
        return Recompilers.eager(memory, hart, recording);
    }
}
