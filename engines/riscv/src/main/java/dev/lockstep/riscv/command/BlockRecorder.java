package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.State;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.sdk.RecordSink;

/** Reports a record for each block. All but those that are handed back the engine adds itself. */
final class BlockRecorder implements Recorder {
    private final RecordSink sink;
    private final Recording recording;
    private final long flushSteps;
    private long nextFlush;

    /**
     * @param flushSteps about how often, in steps, all is reported
     */
    BlockRecorder(RecordSink sink, Recording.Effects effects, long flushSteps) {
        this.sink = sink;
        recording = Recording.blocks(effects, sink.batch());
        this.flushSteps = flushSteps;
        nextFlush = flushSteps;
    }

    @Override
    public void begin(Hart hart) {
        nextFlush = horizonAfter(hart.steps);
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public long horizon() {
        return nextFlush;
    }

    @Override
    public long horizonAfter(long step) {
        return step + Math.min(flushSteps, Long.MAX_VALUE - step);
    }

    @Override
    public void closeBlock(Hart hart) {
        makeRoom();
        sink.batch().add(hart.pc, hart.openDigest, hart.openSteps + 1, hart.openTurns);
        hart.openDigest = 0;
    }

    @Override
    public boolean come(Hart hart) {
        if (hart.steps < nextFlush) {
            makeRoom();
            return false;
        }
        sink.flush();
        nextFlush = horizonAfter(hart.steps);
        return true;
    }

    @Override
    public void makeRoom() {
        if (!sink.batch().hasRoom()) {
            sink.flush();
        }
    }

    @Override
    public void goOn(Hart hart, State state) {
        hart.openDigest = 0;
    }

    @Override
    public long unreportedSteps(Hart hart) {
        return 0; // The guest stands where a record ends.
    }

    @Override
    public long unreportedPc(Hart hart) {
        return hart.pc;
    }

    @Override
    public void end(Hart hart) {
        // The session sends what is in the batch before it announces the end.
    }

    @Override
    public Runnable checkpoint() {
        long next = nextFlush;
        return () -> nextFlush = next;
    }
}
