package dev.lockstep.riscv.command;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;

import java.util.Optional;

/**
 * Runs one guest on one engine to its end. What the engine hands back in the middle of a block, an
 * ecall, a trap or a read of the time, is served by the machine and completes the block here.
 */
final class GuestRunner {
    private static final GuestExit LIMIT = new GuestExit(GuestExit.Reason.LIMIT, 0);

    private final Executor executor;
    private final GuestMachine machine;
    private final Hart hart;
    private final Recorder recorder;

    GuestRunner(Executor executor, GuestMachine machine, Hart hart, Recorder recorder) {
        this.executor = executor;
        this.machine = machine;
        this.hart = hart;
        this.recorder = recorder;
    }

    /** What else is done on the way. */
    interface Stations {
        /** There is nothing to do. */
        Stations NONE = new Stations() {};

        /** The guest has come to a block end where all that was executed is reported. */
        default void reported() {}

        /** Returns the step at or after which, at a block end, {@link #come} is to be called. */
        default long nextStep() {
            return Long.MAX_VALUE;
        }

        /** The guest has come there. */
        default void come() {}
    }

    /** Returns how the guest ended, or that it came to the limit, where all is reported. */
    GuestExit run(long stepLimit) {
        return run(stepLimit, Stations.NONE);
    }

    GuestExit run(long stepLimit, Stations stations) {
        Optional<GuestExit> exit = Optional.empty();
        while (exit.isEmpty()) {
            if (recorder.come(hart)) {
                stations.reported();
            }
            visit(stations);
            exit = goOn(stepLimit, stations);
        }
        recorder.end(hart);
        return exit.get();
    }

    private Optional<GuestExit> goOn(long stepLimit, Stations stations) {
        long horizon = Math.min(stations.nextStep(), recorder.horizon());
        Stop stop = executor.run(Math.min(stepLimit, horizon));
        if (stop == Stop.LIMIT && hart.steps >= stepLimit) {
            visit(stations); // Once more, for nobody comes here again.
            return Optional.of(LIMIT);
        }
        return serve(stop);
    }

    private void visit(Stations stations) {
        if (hart.steps >= stations.nextStep()) {
            stations.come();
        }
    }

    /**
     * Serves what an engine has handed back, if it has.
     *
     * @return how the guest ended, if this ended it
     */
    Optional<GuestExit> serve(Stop stop) {
        Optional<GuestExit> exit = Optional.empty();
        switch (stop) {
            case LIMIT, RECORDS_FULL -> {
                return exit;
            }
            case ECALL -> exit = machine.ecall();
            case TRAP -> exit = machine.trap();
            case TIME -> machine.readTime((int) hart.trapValue);
        }
        closeBlock();
        return exit;
    }

    /** Counts the step that the engine handed back, which always ends its block. */
    private void closeBlock() {
        hart.steps++;
        hart.blocks++;
        recorder.closeBlock(hart);
        hart.openTurns = 0;
        hart.openSteps = 0;
    }
}
