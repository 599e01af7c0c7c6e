package dev.lockstep.conformance;

import dev.lockstep.interp.Interpreter;
import dev.lockstep.recomp.Recompiler;
import dev.lockstep.recomp.Recompilers;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Our engines, each in the two ways in which it executes code. */
final class Engines {
    private Visits visits = new Visits();
    private @Nullable Recompiler eager;

    /**
     * Returns their opinions.
     *
     * @param recorded whether they report what each block did
     */
    List<Opinion> opinions(boolean recorded) {
        return List.of(
                new EngineOpinion("interp", Engines::interpreter, recorded),
                new EngineOpinion("interp by blocks", this::stepped, recorded),
                new EngineOpinion("recomp", Engines::recompiler, recorded),
                new EngineOpinion("recomp in regions", this::regions, recorded));
    }

    private static Executor interpreter(GuestMemory memory, Hart hart, Recording recording) {
        return new Interpreter(memory, new BlockReader(memory, hart), hart, recording);
    }

    private Executor stepped(GuestMemory memory, Hart hart, Recording recording) {
        visits = new Visits();
        return new SteppingExecutor(interpreter(memory, hart, recording), memory, hart, visits);
    }

    private static Executor recompiler(GuestMemory memory, Hart hart, Recording recording) {
        return new Recompiler(memory, new BlockReader(memory, hart), hart, recording);
    }

    private Executor regions(GuestMemory memory, Hart hart, Recording recording) {
        eager = Recompilers.eager(memory, hart, recording);
        return eager;
    }

    /** Returns what was executed of the program that was executed last. */
    Visits visits() {
        return visits;
    }

    /**
     * Returns how many blocks of the last program's sequences were executed in regions, at least:
     * as if all of the driver's were, which is hot code too and must not count.
     */
    long sequenceBlocksInRegions() {
        return eager == null ? 0 : eager.counters().executedInRegions() - visits.driverBlocks();
    }
}
