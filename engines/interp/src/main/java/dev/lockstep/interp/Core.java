package dev.lockstep.interp;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
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

    /** Digest (S) where the last trace was left: of the open record, or of what goes on. */
    long digest;

    private final Hart hart;
    private long stepLimit;

    /** What did not complete, once something has not. */
    private @Nullable Row stopped;

    Core(Hart hart, GuestMemory memory, long[] registers, Entries entries, Recording recording) {
        this.hart = hart;
        this.entries = entries;
        batch = recording.batch();
        sideEffects = new SideEffects(recording.effects());
        floats = new FloatUnit(hart, registers);
        atomics = new Atomics(hart, memory, registers, sideEffects);
        csrs = new Csrs(hart, registers, sideEffects);
    }

    /** Begins to count from what was executed so far. */
    void begin(long stepLimit) {
        this.stepLimit = stepLimit;
        credit = stepLimit - hart.steps;
        blocks = hart.blocks;
        digest = hart.openDigest;
    }

    /** Tells the hart how much was executed. */
    void end() {
        hart.steps = steps();
        hart.blocks = blocks;
        hart.openDigest = digest;
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
    long compute(Row row, long rest) {
        try {
            return floats.execute(row.instruction);
        } catch (RuntimeException e) {
            throw stoppedAt(row, rest, e);
        }
    }

    /** Records the end of a block. */
    void record(End end, long rest) {
        record(end.pc, end.known.digest(rest), end.steps, end.turns);
    }

    void record(long pc, long sum, int steps, int turns) {
        if (batch != null) {
            batch.add(pc, sum, steps, turns);
        }
    }

    /** Notes which instruction {@code thrown} has kept from completing. */
    RuntimeException stoppedAt(Row row, long rest, RuntimeException thrown) {
        stopped = row;
        digest = row.known.digest(rest);
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
        hart.openSteps = row.ordinal;
        hart.openTurns = 0;
        hart.trapCause = cause;
        hart.trapValue = value;
        return trapped;
    }

    /** The same where it is known beforehand. */
    Entry trapAt(Row row, long rest, int cause, long value) {
        stopped = row;
        digest = row.known.digest(rest);
        return trap(cause, value);
    }
}
