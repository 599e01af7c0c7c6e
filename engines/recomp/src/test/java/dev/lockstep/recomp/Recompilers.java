package dev.lockstep.recomp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.function.Consumer;

/** Recompilers as only tests want them, for the tests of other modules too. */
public final class Recompilers {
    private static final Tuning EAGER = Tuning.of(2, CompileMode.SYNC);

    private Recompilers() {}

    /** Returns one that executes in regions whatever it executes twice. */
    public static Recompiler eager(GuestMemory memory, Hart hart, Recording recording) {
        return new Recompiler(memory, new BlockReader(memory, hart), hart, recording, EAGER);
    }

    /**
     * Returns one that goes wrong once.
     *
     * @param fault in the notation of docs/testing-faults.md
     * @param log is told once, what was done and where
     */
    public static Executor faulty(
            GuestMemory memory,
            Hart hart,
            Recording recording,
            String fault,
            Consumer<String> log) {
        var right = new Recompiler(memory, new BlockReader(memory, hart), hart, recording);
        return new FaultInjector(right, hart, FaultParser.parse(fault), new FaultProgress(log));
    }
}
