package dev.lockstep.riscv.contract;

import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A guest on its way to its ebreak: over ecalls, reads of the time and traps, all of four bytes, it
 * goes on as the loop around an engine does.
 */
final class GuestWalk implements AutoCloseable {
    private static final int INSTRUCTION_BYTES = 4;

    final ContractGuest guest;
    private final Hart hart;
    private final @Nullable RecordBatch batch;

    /** Digest of the records since it was last taken, and their turns. */
    private long recorded;

    private long turns;

    GuestWalk(ExecutorFactory factory, String program, Recording recording) {
        guest = new ContractGuest(factory, program, recording);
        hart = guest.hart;
        batch = recording.batch();
    }

    /** Goes on to the first block end at {@code limit}; returns false at the ebreak. */
    boolean run(long limit) {
        while (true) {
            Stop stop = guest.executor.run(limit);
            readRecords();
            if (stop == Stop.LIMIT || isAtEnd(stop)) {
                return stop == Stop.LIMIT;
            }
            goOn(stop);
        }
    }

    /** Goes on to where compiled code can be left behind {@code limit}; false at the ebreak. */
    boolean runPast(long limit) {
        while (hart.steps < limit) {
            Stop stop = guest.executor.runPast(limit);
            if (isAtEnd(stop)) {
                return false;
            }
            if (stop != Stop.LIMIT) {
                goOn(stop);
            }
        }
        return true;
    }

    private boolean isAtEnd(Stop stop) {
        return stop == Stop.TRAP && hart.trapCause == TrapCause.BREAKPOINT;
    }

    /** Goes on over what the engine has stopped at. */
    void goOn(Stop stop) {
        if (stop == Stop.RECORDS_FULL) {
            return;
        }
        if (stop == Stop.TRAP) {
            hart.addTrap(hart.trapCause);
        }
        hart.steps++;
        hart.blocks++;
        hart.pc += INSTRUCTION_BYTES;
        if (batch != null) {
            add(hart.openDigest, hart.openTurns);
            hart.openDigest = 0;
        }
        hart.openTurns = 0;
        hart.openSteps = 0;
    }

    private void readRecords() {
        if (batch == null) {
            return;
        }
        ByteBuffer rows = ByteBuffer.wrap(batch.rows()).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < batch.sizeBytes(); row += RecordLayout.SIZE_BYTES) {
            add(
                    rows.getLong(row + RecordLayout.DIGEST_OFFSET),
                    rows.getInt(row + RecordLayout.TURNS_OFFSET));
        }
        batch.reset(Long.MAX_VALUE);
    }

    private void add(long digest, long itsTurns) {
        recorded = Digest.join(recorded, digest, itsTurns);
        turns += itsTurns;
    }

    /** Returns the digest of what was executed since it was last taken. */
    long takeDigest() {
        long taken = batch == null ? hart.openDigest : Digest.join(recorded, hart.openDigest, 0);
        hart.openDigest = 0;
        recorded = 0;
        return taken;
    }

    /** Returns the turns since they were last taken, which only records tell. */
    long takeTurns() {
        long taken = turns;
        turns = 0;
        return taken;
    }

    /** Returns all that execution may change, as text. */
    String state() {
        return "pc %x steps %d blocks %d open %d digest %x fcsr %x %x memory %x x %s f %s"
                .formatted(
                        hart.pc,
                        hart.steps,
                        hart.blocks,
                        hart.openSteps,
                        hart.openDigest,
                        hart.frm,
                        hart.fflags,
                        guest.memory.digest(),
                        Arrays.toString(hart.x),
                        Arrays.toString(hart.f));
    }

    @Override
    public void close() {
        guest.close();
    }
}
