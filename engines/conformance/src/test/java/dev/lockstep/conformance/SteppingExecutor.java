package dev.lockstep.conformance;

import dev.lockstep.isa.Decoder;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.memory.GuestMemory;

/**
 * Has another executor execute one block after the other, and notes which instructions these are.
 */
final class SteppingExecutor implements Executor {
    private final Executor executor;
    private final GuestMemory memory;
    private final Hart hart;
    private final Visits visits;

    SteppingExecutor(Executor executor, GuestMemory memory, Hart hart, Visits visits) {
        this.executor = executor;
        this.memory = memory;
        this.hart = hart;
        this.visits = visits;
    }

    @Override
    public Stop run(long stepLimit) {
        Stop stop = Stop.LIMIT;
        while (stop == Stop.LIMIT && hart.steps < stepLimit) {
            long pc = hart.pc;
            long steps = hart.steps;
            stop = executor.run(steps + 1);
            note(pc, hart.steps - steps, stop);
        }
        return stop;
    }

    private void note(long pc, long steps, Stop stop) {
        if (!Visits.covers(pc)) {
            visits.executeDriverBlock();
        } else if (stop == Stop.LIMIT) {
            noteInstructions(pc, steps);
        }
    }

    private void noteInstructions(long blockPc, long steps) {
        visits.executeSequenceBlock();
        long pc = blockPc;
        long last = blockPc;
        for (long i = 0; i < steps; i++) {
            visits.execute(pc);
            last = pc;
            pc += Decoder.length(memory.loadShort(pc));
        }
        if (hart.pc != pc) {
            visits.leave(last);
        }
    }

    @Override
    public void invalidate(long address, long length) {
        executor.invalidate(address, length);
    }
}
