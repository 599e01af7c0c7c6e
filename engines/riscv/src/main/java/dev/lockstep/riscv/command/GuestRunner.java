package dev.lockstep.riscv.command;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.sdk.RecordSink;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Runs one guest on one engine to its end. What the engine hands back in the middle of a block, an
 * ecall, a trap or a read of the time, is served by the machine and completes the block's record
 * here.
 */
final class GuestRunner {
    private final Executor executor;
    private final GuestMachine machine;
    private final Hart hart;
    private final @Nullable RecordSink records;

    /**
     * @param records where records go, or null when the run is not recorded
     */
    GuestRunner(Executor executor, GuestMachine machine, Hart hart, @Nullable RecordSink records) {
        this.executor = executor;
        this.machine = machine;
        this.hart = hart;
        this.records = records;
    }

    /** Returns how the guest ended; all records up to its end are in the batch or sent. */
    GuestExit run(long stepLimit) {
        while (true) {
            makeRoom();
            Optional<GuestExit> exit =
                    switch (executor.run(stepLimit)) {
                        case LIMIT -> Optional.of(new GuestExit(GuestExit.Reason.LIMIT, 0));
                        case RECORDS_FULL -> Optional.empty();
                        case ECALL -> serveEcall();
                        case TRAP -> takeTrap();
                        case TIME -> serveTime();
                    };
            if (exit.isPresent()) {
                return exit.get();
            }
        }
    }

    private Optional<GuestExit> serveEcall() {
        Optional<GuestExit> exit = machine.ecall();
        closeRecord();
        return exit;
    }

    private Optional<GuestExit> takeTrap() {
        Optional<GuestExit> exit = machine.trap();
        closeRecord();
        return exit;
    }

    private Optional<GuestExit> serveTime() {
        machine.readTime((int) hart.trapValue);
        closeRecord();
        return Optional.empty();
    }

    /** Counts the step that the engine handed back, which always ends its block. */
    private void closeRecord() {
        hart.steps++;
        hart.blocks++;
        if (records != null) {
            makeRoom();
            records.batch().add(hart.pc, hart.openDigest, hart.openSteps + 1, hart.openTurns);
        }
        hart.openDigest = 0;
        hart.openTurns = 0;
        hart.openSteps = 0;
    }

    private void makeRoom() {
        if (records != null && !records.batch().hasRoom()) {
            records.flush();
        }
    }
}
