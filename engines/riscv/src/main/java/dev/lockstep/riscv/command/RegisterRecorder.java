package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.State;
import dev.lockstep.protocol.RecordLayout;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.sdk.RecordBatch;
import dev.lockstep.sdk.RecordSink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reports a record for each block, with the registers after it. The engine has room for one record
 * alone, so it stops after each, and knows nothing of registers.
 */
final class RegisterRecorder implements Recorder, RecordSink {
    private final RecordSink sink;
    private final Hart hart;
    private final RecordBatch one = new RecordBatch(1);
    private final ByteBuffer row = ByteBuffer.wrap(one.rows()).order(ByteOrder.LITTLE_ENDIAN);
    private final BlockRecorder blocks;

    /**
     * @param flushSteps about how often, in steps, all is reported
     */
    RegisterRecorder(RecordSink sink, Hart hart, long flushSteps) {
        this.sink = sink;
        this.hart = hart;
        // Of the digest nothing is looked at, but records are made only where there is one.
        blocks = new BlockRecorder(this, Recording.Effects.PATH, flushSteps);
    }

    @Override
    public RecordBatch batch() {
        return one;
    }

    @Override
    public void flush() {
        takeOver();
        sink.flush();
    }

    private void takeOver() {
        if (one.size() > 0) {
            RecordBatch all = sink.batch();
            all.add(
                    row.getLong(RecordLayout.NEXT_PC_OFFSET),
                    row.getLong(RecordLayout.DIGEST_OFFSET),
                    row.getInt(RecordLayout.STEPS_OFFSET),
                    row.getInt(RecordLayout.TURNS_OFFSET));
            HartRegisters.pack(hart, all.registers(), all.lastRegisters());
        }
        one.reset(1);
    }

    @Override
    public void begin(Hart hart) {
        blocks.begin(hart);
    }

    @Override
    public Recording recording() {
        return blocks.recording();
    }

    @Override
    public long horizon() {
        return blocks.horizon();
    }

    @Override
    public long horizonAfter(long step) {
        return blocks.horizonAfter(step);
    }

    @Override
    public void closeBlock(Hart hart) {
        makeRoom();
        blocks.closeBlock(hart);
        takeOver();
    }

    @Override
    public void makeRoom() {
        takeOver();
        if (!sink.batch().hasRoom()) {
            sink.flush();
        }
    }

    @Override
    public boolean come(Hart hart) {
        makeRoom();
        return blocks.come(hart);
    }

    @Override
    public void goOn(Hart hart, State state) {
        blocks.goOn(hart, state);
    }

    @Override
    public long unreportedSteps(Hart hart) {
        return blocks.unreportedSteps(hart);
    }

    @Override
    public long unreportedPc(Hart hart) {
        return blocks.unreportedPc(hart);
    }

    @Override
    public void end(Hart hart) {
        takeOver();
    }

    @Override
    public Runnable checkpoint() {
        Runnable goBack = blocks.checkpoint();
        return () -> {
            goBack.run();
            one.reset(1); // What was not taken over lies beyond.
        };
    }
}
