package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** What all nodes of one guest work on besides registers and memory. */
final class Core {
    /** Where execution goes on after an instruction that traps: nowhere. */
    final Entry trapped = new Entry(-1);

    final Entries entries;
    final SideEffects sideEffects;
    final FloatUnit floats;
    final Atomics atomics;
    final Csrs csrs;
    private final @Nullable RecordBatch batch;

    /** Steps that may still be executed, counted when a trace is left. */
    long credit;

    /** Blocks completed since the start, counted likewise. */
    long blocks;

    /** Digest of the open record. */
    long digest;

    private final Hart hart;
    private long stepLimit;

    /** What did not complete, once something has not. */
    private @Nullable Row stopped;

    Core(
            Hart hart,
            GuestMemory memory,
            long[] registers,
            Entries entries,
            @Nullable RecordBatch batch) {
        this.hart = hart;
        this.entries = entries;
        this.batch = batch;
        sideEffects = new SideEffects();
        floats = new FloatUnit(hart, registers);
        atomics = new Atomics(hart, memory, registers, sideEffects);
        csrs = new Csrs(hart, registers, sideEffects);
    }

    /** Begins to count from what was executed so far. */
    void begin(long stepLimit) {
        this.stepLimit = stepLimit;
        credit = stepLimit - hart.steps;
        blocks = hart.blocks;
        digest = 0;
    }

    /** Tells the hart how much was executed. */
    void end() {
        hart.steps = steps();
        hart.blocks = blocks;
    }

    /** Returns the steps since the start, as of when the present trace was entered. */
    long steps() {
        return stepLimit - credit;
    }

    boolean hasRoom(int records) {
        return batch == null || batch.hasRoom(records);
    }

    /** Returns whether floating-point results are those of {@link HostFloat}, if it has any. */
    boolean roundsAsHost() {
        return hart.frm == 0 && (hart.fflags & SoftFloat.INEXACT) != 0;
    }

    /** Returns the result of a floating-point instruction whatever it is. */
    long compute(Row row) {
        try {
            return floats.execute(row.instruction);
        } catch (RuntimeException e) {
            throw stoppedAt(row, e);
        }
    }

    /** Records the end of a block. */
    void record(End end) {
        long sum = digest + end.effect;
        record(end.pc, end.turns == 0 ? sum : sum * Digest.TURN, end.steps, end.turns);
    }

    void record(long pc, long sum, int steps, int turns) {
        if (batch != null) {
            batch.add(pc, sum, steps, turns);
        }
        digest = 0;
    }

    /** Notes which instruction {@code thrown} has kept from completing. */
    RuntimeException stoppedAt(Row row, RuntimeException thrown) {
        stopped = row;
        return thrown;
    }

    /** Counts the steps of a trace up to the instruction that did not complete; returns that. */
    Row countToStop() {
        Row row = Objects.requireNonNull(stopped);
        credit -= row.index;
        blocks += row.blocks;
        return row;
    }

    /** Hands back at the instruction that did not complete, and returns where that leads. */
    Entry trap(int cause, long value) {
        Row row = countToStop();
        hart.pc = row.pc;
        hart.openDigest = digest;
        hart.openSteps = row.ordinal;
        hart.openTurns = 0;
        hart.trapCause = cause;
        hart.trapValue = value;
        return trapped;
    }

    /** The same where it is known beforehand. */
    Entry trapAt(Row row, int cause, long value) {
        stopped = row;
        return trap(cause, value);
    }
}
