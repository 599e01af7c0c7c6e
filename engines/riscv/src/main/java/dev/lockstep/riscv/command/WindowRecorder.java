package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.State;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordSink;

/**
 * Reports windows: about so many steps each, by one digest of their effects and, unless that is of
 * the path alone, of the registers at their end; now and then also of memory (docs/protocol.md,
 * "Windows").
 */
final class WindowRecorder implements Recorder {
    private final RecordSink sink;
    private final Recording recording;
    private final GuestMemory memory;
    private final long windowSteps;
    private final long memoryWindows;

    private long startStep;
    private long startBlock;
    private long startPc;
    private long windows;

    /**
     * @param windowSteps a window ends at the first block end at or after so many steps
     * @param memoryWindows memory is part of the digest of every so many windows; 0 for of none
     */
    WindowRecorder(
            RecordSink sink,
            Recording.Effects effects,
            GuestMemory memory,
            long windowSteps,
            long memoryWindows) {
        this.sink = sink;
        this.memory = memory;
        this.windowSteps = windowSteps;
        this.memoryWindows = memoryWindows;
        recording = Recording.digest(effects);
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public long horizon() {
        return startStep + windowSteps;
    }

    @Override
    public long horizonAfter(long step) {
        return step + windowSteps;
    }

    @Override
    public void closeBlock(Hart hart) {
        // What the handed back step has added goes on in the window.
    }

    @Override
    public boolean come(Hart hart) {
        if (hart.steps < horizon()) {
            return false;
        }
        close(hart);
        return true;
    }

    @Override
    public void end(Hart hart) {
        if (hart.steps > startStep) {
            close(hart);
        }
    }

    private void close(Hart hart) {
        if (!sink.batch().hasRoom()) {
            sink.flush();
        }
        addState(hart);
        sink.batch()
                .add(
                        hart.pc,
                        hart.openDigest,
                        (int) (hart.steps - startStep),
                        (int) (hart.blocks - startBlock));
        begin(hart);
        sink.flush();
    }

    private void addState(Hart hart) {
        windows++;
        if (recording.effects().compareTo(Recording.Effects.COMMIT) < 0) {
            return;
        }
        add(hart, Digest.REGISTERS, StateDigest.registers(hart));
        if (endsWithMemory()) {
            add(hart, Digest.MEMORY, memory.digest());
        }
    }

    /** Returns whether memory is part of the digest of the window that was completed last. */
    private boolean endsWithMemory() {
        return memoryWindows != 0 && windows % memoryWindows == 0;
    }

    private static void add(Hart hart, int slot, long digest) {
        hart.openDigest += Digest.mix(digest) * Digest.constant(hart.pc, slot);
    }

    @Override
    public void begin(Hart hart) {
        hart.openDigest = 0;
        startStep = hart.steps;
        startBlock = hart.blocks;
        startPc = hart.pc;
    }

    @Override
    public Runnable checkpoint() {
        long step = startStep;
        long block = startBlock;
        long pc = startPc;
        long count = windows;
        return () -> {
            startStep = step;
            startBlock = block;
            startPc = pc;
            windows = count;
        };
    }

    @Override
    public void goOn(Hart hart, State state) {
        hart.openDigest = state.getDigest();
        startStep = hart.steps - state.getWindowSteps();
        startBlock = hart.blocks - state.getWindowBlocks();
        startPc = state.getWindowSteps() == 0 ? hart.pc : state.getWindowPc();
        windows = state.getWindowCount();
    }

    @Override
    public long unreportedSteps(Hart hart) {
        return hart.steps - startStep;
    }

    @Override
    public long unreportedPc(Hart hart) {
        return startStep == hart.steps ? hart.pc : startPc;
    }
}
