package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.State;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.server.run.TinyMachine.Fault;
import dev.lockstep.server.run.TinyMachine.Program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** An engine that executes a {@link TinyMachine} and can look at its past again. */
final class TinyEngine {
    private static final int STEPS_OF_A_FRAME = 500;

    private final String name;
    private final RunHarness run;
    private final Program program;
    private final List<Fault> faults;
    private final List<State> takenOver = new ArrayList<>();

    /** Block ends apart where code that is executed again can be left. */
    int blocksOfCode = 3;

    /** Whether it answers when it is asked to look again. */
    boolean answers = true;

    /** The step at which it asks the world for something else than its guest does. */
    long asksWronglyAt = -1;

    /** Steps before this cannot be gone back to. */
    long reach;

    /** Whether what went wrong goes right when it is executed again. */
    boolean repeats = true;

    /** What it makes of an answer before it gives it. */
    UnaryOperator<Examination.Builder> distortion = answer -> answer;

    final List<Examine> examined = new ArrayList<>();

    private TinyMachine machine;
    private long windowStart;
    private long windowPc = TinyMachine.ENTRY;
    private long windows;
    private long records;
    private long epoch;
    private long asked;
    private boolean endSent;
    private boolean looking;

    TinyEngine(String name, RunHarness run, Program program, Fault... faults) {
        this.name = name;
        this.run = run;
        this.program = program;
        this.faults = List.of(faults);
        machine = new TinyMachine(program, this.faults);
    }

    /** Connects its link. */
    void attach() {
        FakeLink link = run.link(name);
        link.examiner = this::examine;
        link.resumer = this::resume;
    }

    String name() {
        return name;
    }

    private boolean isReference() {
        return name.equals("interp");
    }

    /** Executes as far as one frame, if it may; returns whether it did. */
    boolean go() {
        if (looking || endSent || run.link(name).halted != null || !mayReport()) {
            return false;
        }
        Grain grain = Grain.of(welcome().getGrain()).orElseThrow();
        long length = grain == Grain.WINDOW ? welcome().getWindowSteps() : 1;
        while (!machine.ended) {
            if (machine.asks() && !ask()) {
                return true;
            }
            machine.step(true);
            if (machine.atBlockEnd() && machine.steps - windowStart >= length) {
                report(grain);
                return true;
            }
        }
        if (machine.steps > windowStart) {
            report(grain);
            return true;
        }
        endSent = true;
        send(EngineFrame.newBuilder().setGuestEnd(end()));
        return true;
    }

    private boolean mayReport() {
        return records < credit().getRecordCount();
    }

    private Credit credit() {
        List<Credit> credits = run.link(name).credits;
        return credits.isEmpty() ? welcome().getCredit() : credits.getLast();
    }

    private Welcome welcome() {
        return Objects.requireNonNull(run.link(name).welcome);
    }

    /** Asks for an input; returns whether it may go on. */
    private boolean ask() {
        if (asked > machine.steps) {
            return true;
        }
        asked = machine.steps + 1;
        InputRequest question =
                InputRequest.newBuilder()
                        .setStep(machine.steps)
                        .setPc(machine.pc)
                        .setNumber(63)
                        .addArguments(
                                machine.registers[2] + (machine.steps == asksWronglyAt ? 8 : 0))
                        .setOpenRecord(
                                OpenRecord.newBuilder()
                                        .setFirstStep(windowStart)
                                        .setFirstPc(windowPc)
                                        .setStepCount(machine.steps - windowStart)
                                        .setDigest(machine.digest)
                                        .setTurns(lastColumn()))
                        .build();
        if (isReference()) {
            InputResult result =
                    InputResult.newBuilder()
                            .setStep(machine.steps)
                            .setNumber(63)
                            .setValue(TinyMachine.answer(machine.steps))
                            .build();
            send(
                    EngineFrame.newBuilder()
                            .setInputReport(
                                    InputReport.newBuilder()
                                            .setRequest(question)
                                            .setResult(result)));
            return true;
        }
        long before = epoch;
        send(EngineFrame.newBuilder().setInputRequest(question));
        return epoch == before && isAnswered(machine.steps);
    }

    private boolean isAnswered(long step) {
        return isReference()
                || run.link(name).inputs.stream().anyMatch(result -> result.getStep() == step);
    }

    private long lastColumn() {
        return welcome().getGrain() == Grain.WINDOW.wire() ? machine.blocks : machine.turns;
    }

    private void report(Grain grain) {
        windows++;
        records++;
        boolean withMemory = windows % welcome().getCheckpointWindows() == 0;
        long digest = grain == Grain.WINDOW ? machine.windowDigest(withMemory) : machine.digest;
        Guest.Block row =
                new Guest.Block(
                        machine.pc,
                        digest,
                        (int) (machine.steps - windowStart),
                        (int) lastColumn());
        long firstStep = windowStart;
        long firstPc = windowPc;
        windowStart = machine.steps;
        windowPc = machine.pc;
        machine.resetDigest();
        send(
                EngineFrame.newBuilder()
                        .setRecordBatch(Guest.batch(firstStep, firstPc, List.of(row))));
    }

    private GuestEnd end() {
        return GuestEnd.newBuilder()
                .setStepCount(machine.steps)
                .setPc(machine.pc)
                .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED))
                .setRegisterDigest(machine.registerDigest())
                .setMemoryDigest(machine.memoryDigest())
                .build();
    }

    private void send(EngineFrame.Builder frame) {
        run.place(name).receive(frame.setEpoch(epoch).build());
    }

    // The past.

    /** Gives the last answer once more. */
    void answerAgain() {
        examine(examined.getLast());
    }

    private void examine(Examine question) {
        looking = true;
        examined.add(question);
        if (!answers) {
            return;
        }
        if (question.getFromStep() < reach) {
            answer(
                    Examination.newBuilder()
                            .setEnd(ExaminationEnd.EXAMINATION_END_OUT_OF_REACH)
                            .setText("the oldest checkpoint is at step " + reach),
                    question);
            return;
        }
        TinyMachine past = past(question.getFromStep());
        Map<Long, byte[]> before = past.copyOfPages();
        past.resetDigest();
        List<TracedStep> traced = new ArrayList<>();
        ExaminationEnd end = execute(past, question, traced);
        Examination.Builder answer =
                Examination.newBuilder()
                        .setEnd(end)
                        .setStep(past.steps)
                        .setPc(past.pc)
                        .setDigest(past.digest)
                        .setBlockCount(past.completedBlocks())
                        .setRegisterDigest(past.registerDigest())
                        .setMemoryDigest(past.memoryDigest())
                        .setRegisters(
                                question.getRegisters() ? past.registerBytes() : ByteString.EMPTY)
                        .addAllPages(past.contents(question.getPagesList()));
        if (question.getChangedPages()) {
            answer.addAllChangedPages(past.changedSince(before));
        }
        tell(question, traced, answer);
    }

    private void tell(Examine question, List<TracedStep> traced, Examination.Builder last) {
        int from = 0;
        for (; traced.size() - from > STEPS_OF_A_FRAME; from += STEPS_OF_A_FRAME) {
            answer(
                    Examination.newBuilder()
                            .setMore(true)
                            .addAllTraced(traced.subList(from, from + STEPS_OF_A_FRAME)),
                    question);
        }
        answer(last.addAllTraced(traced.subList(from, traced.size())), question);
    }

    private void answer(Examination.Builder answer, Examine question) {
        send(
                EngineFrame.newBuilder()
                        .setExamination(distortion.apply(answer).setId(question.getId())));
    }

    /** Returns this machine as it was at a step. */
    private TinyMachine past(long step) {
        TinyMachine past = new TinyMachine(program, repeats ? faults : List.of());
        for (State state : takenOver) {
            if (state.getStep() <= step) {
                long ownSteps = state.hasTraceFromStep() ? state.getStep() : state.getFromStep();
                while (past.steps < ownSteps) {
                    past.step(!state.hasTraceFromStep() || past.steps < state.getTraceFromStep());
                }
                takeOver(past, state);
            }
        }
        while (past.steps < step && !past.ended) {
            past.step(true);
        }
        return past;
    }

    private ExaminationEnd execute(TinyMachine past, Examine question, List<TracedStep> traced) {
        long blocks = 0;
        boolean mayStop = past.steps >= question.getUntilStep();
        while (!mayStop) {
            if (past.ended) {
                return ExaminationEnd.EXAMINATION_END_GUEST_ENDED;
            }
            boolean alone =
                    question.hasTraceFromStep() && past.steps >= question.getTraceFromStep();
            if (past.asks() && !isAnswered(past.steps)) {
                if (alone) {
                    traced.add(asking(past));
                }
                return ExaminationEnd.EXAMINATION_END_INPUT;
            }
            if (alone) {
                traced.add(past.trace());
            } else {
                past.step(question.getSameCode());
            }
            blocks += past.atBlockEnd() ? 1 : 0;
            boolean canBeLeft = !question.getSameCode() || blocks % blocksOfCode == 0;
            boolean atEnd = alone || (past.atBlockEnd() && canBeLeft);
            mayStop = atEnd && past.steps >= question.getUntilStep();
        }
        return ExaminationEnd.EXAMINATION_END_REACHED;
    }

    private static TracedStep asking(TinyMachine past) {
        return TracedStep.newBuilder()
                .setStep(past.steps)
                .setPc(past.pc)
                .setNextPc(past.pc)
                .build();
    }

    private void resume(Resume resume) {
        looking = false;
        if (resume.hasState()) {
            State state = resume.getState();
            takenOver.add(state);
            machine = past(state.getStep());
            windowStart = state.getStep() - state.getWindowSteps();
            windowPc = state.getWindowSteps() == 0 ? machine.pc : state.getWindowPc();
            windows = state.getWindowCount();
            records = 0;
            asked = 0;
            epoch++;
            endSent = false;
            run.link(name).credits.clear();
        }
    }

    private static void takeOver(TinyMachine machine, State state) {
        machine.setRegisters(state.getRegisters());
        for (MemoryWrite page : state.getPagesList()) {
            machine.pages.put(page.getAddress(), page.getData().toByteArray());
        }
        machine.steps = state.getStep();
        machine.ended = false;
        machine.resetDigest();
        if (state.getWindowSteps() > 0) {
            machine.goOnInWindow(state.getDigest(), state.getWindowBlocks());
        }
    }
}
