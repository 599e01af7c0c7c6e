package dev.lockstep.riscv.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.PageDigest;
import dev.lockstep.proto.v1.State;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording.Effects;
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.EngineSession;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * Executes parts of the past again, for a coordinator that wants to know more about them
 * (docs/protocol.md, "Examinations"). Belongs to the engine's thread.
 */
final class Examiner {
    /** Steps that one examination traces at most; the first ones. */
    static final int MAX_TRACED_STEPS = 1 << 16;

    /** Traced steps in one frame: a step takes some hundred bytes. */
    private static final int STEPS_PER_FRAME = 4096;

    /** Changed pages that one examination tells. */
    private static final int MAX_CHANGED_PAGES = 4096;

    private final EngineSession session;
    private final Hart hart;
    private final GuestMemory memory;
    private final Executor executor;
    private final Supplier<Executor> singleSteps;
    private final GuestRunner runner;
    private final Recorder recorder;
    private final InputLog inputs;
    private final NumberedEvents events;
    private final Past past;
    private @Nullable Executor singleStepper;

    /**
     * @param executor executes the code that was executed before
     * @param singleSteps makes an engine of the same kind whose blocks are single instructions
     * @param runner serves what engines hand back
     */
    Examiner(
            EngineSession session,
            Hart hart,
            GuestMemory memory,
            Executor executor,
            Supplier<Executor> singleSteps,
            GuestRunner runner,
            Recorder recorder,
            InputLog inputs,
            NumberedEvents events,
            Past past) {
        this.session = session;
        this.hart = hart;
        this.memory = memory;
        this.executor = executor;
        this.singleSteps = singleSteps;
        this.runner = runner;
        this.recorder = recorder;
        this.inputs = inputs;
        this.events = events;
        this.past = past;
    }

    /** Answers all that is asked, until the guest is to go on, and brings it where it does. */
    void serve() {
        inputs.setExamining(true);
        events.setExamining(true);
        for (Examine next = session.awaitExamine(); next != null; next = session.awaitExamine()) {
            answer(next);
        }
        if (session.resumption().hasState()) {
            goOnFrom(session.resumption().getState());
        } else {
            past.goBack(Long.MAX_VALUE);
            session.goBack(recordStep(), recorder.unreportedPc(hart));
        }
        inputs.setExamining(false);
        events.setExamining(false);
    }

    private void answer(Examine examine) {
        if (examine.getUntilStep() < examine.getFromStep() || !goTo(examine.getFromStep())) {
            session.answer(outOfReach(examine));
            return;
        }
        long mark = memory.mark();
        Examination.Builder found = Examination.newBuilder().setId(examine.getId());
        found.setEnd(
                examine.hasTraceFromStep()
                        ? trace(examine, found)
                        : runTo(examine.getUntilStep(), examine.getSameCode()));
        describe(examine, mark, found);
        session.answer(found.build());
    }

    private Examination outOfReach(Examine examine) {
        return Examination.newBuilder()
                .setId(examine.getId())
                .setEnd(ExaminationEnd.EXAMINATION_END_OUT_OF_REACH)
                .setText(
                        "steps %d to %d: there is no way back to step %d"
                                .formatted(
                                        examine.getFromStep(),
                                        examine.getUntilStep(),
                                        examine.getFromStep()))
                .build();
    }

    /** Returns where the record begins that the guest is in. */
    private long recordStep() {
        return hart.steps - recorder.unreportedSteps(hart);
    }

    /** Brings the guest back to a step, from where the digest counts. Returns whether it could. */
    private boolean goTo(long step) {
        if (!past.reaches(step)) {
            return false;
        }
        try {
            executeTo(step);
            if (hart.steps > step) {
                executeIntoBlock(step);
            }
        } catch (InputLog.UnansweredException e) {
            return false;
        }
        hart.openDigest = 0;
        return hart.steps == step;
    }

    /** Goes back and executes whole blocks up to a step, or the first block end after it. */
    private void executeTo(long step) {
        past.goBack(step);
        while (hart.steps < step) {
            recorder.come(hart);
            runner.serve(executor.run(Math.min(step, recorder.horizon())));
        }
        recorder.come(hart);
        if (hart.steps == step && recordStep() == step) {
            past.keep();
        }
    }

    /** The same up to a step in the middle of a block, to which no way is kept. */
    private void executeIntoBlock(long step) {
        past.goBack(step);
        while (hart.steps < step - BlockReader.MAX_STEPS) {
            recorder.come(hart);
            runner.serve(executor.run(Math.min(step - BlockReader.MAX_STEPS, recorder.horizon())));
        }
        while (hart.steps < step) {
            runner.serve(singleStepper().run(hart.steps + 1));
        }
    }

    /**
     * Executes to a step. What code there is to be depends on where the executor was stopped, so on
     * the way it stops where it stopped before.
     */
    private ExaminationEnd runTo(long step, boolean sameCode) {
        long horizon = recorder.horizon();
        while (hart.steps < step) {
            if (hart.steps >= horizon) {
                horizon = recorder.horizonAfter(hart.steps);
            }
            Stop stop =
                    horizon < step
                            ? executor.run(horizon)
                            : sameCode ? executor.runPast(step) : executor.run(step);
            if (stop == Stop.RECORDS_FULL) {
                recorder.makeRoom();
            }
            ExaminationEnd end = serve(stop);
            if (end != ExaminationEnd.EXAMINATION_END_REACHED) {
                return end;
            }
        }
        return ExaminationEnd.EXAMINATION_END_REACHED;
    }

    /** Serves what an engine has handed back; an instruction that must wait was not executed. */
    private ExaminationEnd serve(Stop stop) {
        Runnable before = stop == Stop.LIMIT ? () -> {} : hart.checkpoint();
        try {
            return runner.serve(stop).isPresent()
                    ? ExaminationEnd.EXAMINATION_END_GUEST_ENDED
                    : ExaminationEnd.EXAMINATION_END_REACHED;
        } catch (InputLog.UnansweredException e) {
            before.run();
            return ExaminationEnd.EXAMINATION_END_INPUT;
        }
    }

    private ExaminationEnd trace(Examine examine, Examination.Builder found) {
        ExaminationEnd end = runTo(examine.getTraceFromStep(), false);
        StepTracer tracer =
                new StepTracer(hart, memory, recorder.recording().effects() == Effects.FULL);
        Executor stepper = singleStepper();
        for (int count = 0; end == ExaminationEnd.EXAMINATION_END_REACHED; count++) {
            if (hart.steps >= examine.getUntilStep() || count == MAX_TRACED_STEPS) {
                return end;
            }
            if (found.getTracedCount() == STEPS_PER_FRAME) {
                session.answer(found.setMore(true).build());
                found.clearMore().clearTraced();
            }
            tracer.before();
            Stop stop = stepper.run(hart.steps + 1);
            if (stop == Stop.LIMIT) {
                found.addTraced(tracer.completed());
                continue;
            }
            Integer cause = stop == Stop.TRAP ? (Integer) hart.trapCause : null;
            end = serve(stop);
            boolean asks = end == ExaminationEnd.EXAMINATION_END_INPUT;
            found.addTraced(asks ? tracer.asking() : tracer.handedBack(cause));
        }
        return end;
    }

    private Executor singleStepper() {
        if (singleStepper == null) {
            singleStepper = singleSteps.get();
        }
        return singleStepper;
    }

    private void describe(Examine examine, long mark, Examination.Builder found) {
        found.setStep(hart.steps)
                .setPc(hart.pc)
                .setBlockCount(hart.blocks)
                .setRegisterDigest(StateDigest.registers(hart))
                .setMemoryDigest(memory.digest());
        boolean allTraced =
                examine.hasTraceFromStep() && examine.getTraceFromStep() <= examine.getFromStep();
        if (allTraced || recorder.recording().batch() == null) {
            found.setDigest(hart.openDigest);
        }
        if (examine.getRegisters()) {
            found.setRegisters(ByteString.copyFrom(StateDigest.bytes(hart)));
        }
        if (examine.getChangedPages()) {
            memory.forEachChangedPage(mark, address -> addDigest(address, found));
        }
        examine.getPagesList().forEach(address -> addPage(address, found));
    }

    private void addDigest(long address, Examination.Builder found) {
        if (found.getChangedPagesCount() < MAX_CHANGED_PAGES) {
            found.addChangedPages(
                    PageDigest.newBuilder()
                            .setAddress(address)
                            .setDigest(memory.pageHash(address)));
        }
    }

    private void addPage(long address, Examination.Builder found) {
        if (memory.isMapped(address, GuestMemory.PAGE_BYTES)) {
            byte[] content = new byte[GuestMemory.PAGE_BYTES];
            memory.peek(address, content, 0, content.length);
            found.addPages(
                    MemoryWrite.newBuilder()
                            .setAddress(address)
                            .setData(UnsafeByteOperations.unsafeWrap(content)));
        }
    }

    /** Takes over a state that is not the guest's own. */
    private void goOnFrom(State state) {
        if (!goTo(state.getFromStep())) {
            throw new IllegalStateException(
                    "no way back to step " + state.getFromStep() + ", which was examined");
        }
        if (state.hasTraceFromStep()) {
            executeExactly(state);
        }
        StateDigest.set(hart, state.getRegisters().toByteArray());
        for (MemoryWrite page : state.getPagesList()) {
            byte[] content = page.getData().toByteArray();
            memory.poke(page.getAddress(), content, 0, content.length);
        }
        hart.steps = state.getStep();
        hart.blocks = state.getBlockCount();
        hart.openTurns = 0;
        hart.openSteps = 0;
        executor.forgetFuture();
        recorder.goOn(hart, state);
        inputs.askRestAgain();
        past.keep();
        past.forgetBefore(hart.steps); // What lies before is not how it came here.
        session.goOnFrom(recordStep(), recorder.unreportedPc(hart));
        events.setExamining(false);
        events.goOnFrom(hart.steps);
    }

    /**
     * Comes to a state's step as the guest did, so that all that is no part of a state is so too.
     */
    private void executeExactly(State state) {
        ExaminationEnd end = runTo(state.getTraceFromStep(), false);
        while (end == ExaminationEnd.EXAMINATION_END_REACHED && hart.steps < state.getStep()) {
            end = serve(singleStepper().run(hart.steps + 1));
        }
        if (hart.steps != state.getStep()) {
            throw new IllegalStateException(
                    "step %d: %s (expected: step %d, which was examined)"
                            .formatted(hart.steps, end, state.getStep()));
        }
    }
}
