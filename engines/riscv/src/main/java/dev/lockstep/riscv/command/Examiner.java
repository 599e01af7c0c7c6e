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
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.Stop;
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
            Past past) {
        this.session = session;
        this.hart = hart;
        this.memory = memory;
        this.executor = executor;
        this.singleSteps = singleSteps;
        this.runner = runner;
        this.recorder = recorder;
        this.inputs = inputs;
        this.past = past;
    }

    /** Answers all that is asked, until the guest is to go on, and brings it where it does. */
    void serve() {
        inputs.setExamining(true);
        for (Examine next = session.awaitExamine(); next != null; next = session.awaitExamine()) {
            answer(next);
        }
        if (session.resumption().hasState()) {
            goOnFrom(session.resumption().getState());
        } else {
            past.goBack(Long.MAX_VALUE);
            session.goBack(hart.steps, hart.pc);
        }
        inputs.setExamining(false);
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

    /**
     * Brings the guest back to a step at which something that it reported ended, and keeps the way
     * there. Returns whether there is one.
     */
    private boolean goTo(long step) {
        if (!past.reaches(step)) {
            return false;
        }
        past.goBack(step);
        try {
            while (hart.steps < step) {
                recorder.come(hart);
                runner.serve(executor.run(Math.min(step, recorder.horizon())));
            }
        } catch (InputLog.UnansweredException e) {
            return false;
        }
        recorder.come(hart);
        past.keep();
        hart.openDigest = 0;
        return hart.steps == step;
    }

    private ExaminationEnd runTo(long step, boolean sameCode) {
        while (hart.steps < step) {
            Stop stop = sameCode ? executor.runPast(step) : executor.run(step);
            if (stop == Stop.RECORDS_FULL) {
                session.flush();
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
        StepTracer tracer = new StepTracer(hart, memory);
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
            if (end != ExaminationEnd.EXAMINATION_END_INPUT) {
                found.addTraced(tracer.handedBack(cause));
            }
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
        if (!examine.hasTraceFromStep() && recorder.recording().batch() == null) {
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
        StateDigest.set(hart, state.getRegisters().toByteArray());
        for (MemoryWrite page : state.getPagesList()) {
            byte[] content = page.getData().toByteArray();
            memory.poke(page.getAddress(), content, 0, content.length);
        }
        hart.steps = state.getStep();
        hart.blocks = state.getBlockCount();
        hart.openDigest = state.getDigest();
        recorder.goOn(hart, state.getWindowSteps(), state.getWindowBlocks());
        inputs.forgetRest();
        past.keep();
        session.goOnFrom(hart.steps, hart.pc);
    }
}
