package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.State;
import dev.lockstep.proto.v1.TracedStep;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Finds out whether a rule covers what an instruction did otherwise, and with what state the
 * subject then goes on right after it: its own, but for what that rule covers. Nothing else is made
 * equal by that, so nothing else is hidden.
 */
final class Ignoring {
    /** No block of ours has more steps. */
    private static final long BLOCK_STEPS = 64;

    private final RuleBook rules;
    private final Dialogue dialogue;
    private final Comparison comparison;
    private final State.Builder state = State.newBuilder();

    private Runnable done = () -> {};
    private boolean over;
    private TracedStep left = TracedStep.getDefaultInstance();
    private TracedStep right = TracedStep.getDefaultInstance();

    /** Where the reference's record begins that the instruction is in. */
    private long recordStep;

    /** Last step before the instruction at which both sides can stop and are equal. */
    private long equalStep;

    /** First step behind it at which both sides have stopped and differ. */
    private long differingStep;

    private long nextPc;
    private @Nullable Rule rule;
    private @Nullable String obstacle;

    /** Creates what has found out nothing yet. */
    Ignoring(RuleBook rules, Place reference, Place subject, Comparison comparison) {
        this.rules = rules;
        this.comparison = comparison;
        dialogue = new Dialogue(reference, subject, this::end);
    }

    /** Returns whether a rule covers the difference and can be applied. */
    boolean isDone() {
        return rule != null && obstacle == null;
    }

    /** Returns the rule; if one covers the difference. */
    Rule rule() {
        return Objects.requireNonNull(rule);
    }

    /**
     * Returns why a rule that covers the difference cannot be applied; null where that is not so.
     */
    @Nullable String obstacle() {
        return rule == null ? null : obstacle;
    }

    /** Returns the state with which the subject goes on, if that {@link #isDone}. */
    State state() {
        return state.build();
    }

    /** Returns where it goes on. */
    long nextPc() {
        return nextPc;
    }

    /**
     * Begins to ask, if there is anything to ask.
     *
     * @param from the first step to which both engines can be sent back
     * @param low the last step before the difference at which both sides have stopped and are equal
     * @param neverEqual whether there is no such step
     * @param whenDone runs once all is known
     */
    void begin(Evidence found, long from, long low, boolean neverEqual, Runnable whenDone) {
        done = whenDone;
        left = found.getReference();
        right = found.getSubject();
        boolean isSeen = found.getNaming() == Naming.NAMING_BOTH_TRACES && found.hasSubject();
        if (!isSeen || neverEqual || left.getStep() < low || !rules.isAbout(left)) {
            finish();
            return;
        }
        recordStep = comparison.reference().pieceStep();
        long start = Math.max(from, Math.min(recordStep, left.getStep()));
        equalStep = Math.max(low, start);
        differingStep = Math.max(found.getDifferingStep(), left.getStep() + 1);
        state.setFromStep(start).setTraceFromStep(equalStep).setStep(left.getStep() + 1);
        Examine.Builder question = exactly(start).setRegisters(true).setChangedPages(true);
        dialogue.askSubject(
                question.clone(),
                theirs -> dialogue.askReference(question, ours -> compare(ours, theirs)));
    }

    void arrived(Place place, Examination part) {
        dialogue.arrived(place, part);
    }

    /** Ends without an answer, unless it has ended. */
    void fail(String why) {
        dialogue.fail(why);
    }

    /** Asks for the state right after the instruction, which no block end need be. */
    private Examine.Builder exactly(long from) {
        return Examine.newBuilder()
                .setFromStep(from)
                .setUntilStep(state.getStep())
                .setTraceFromStep(Math.max(from, equalStep));
    }

    private void compare(Examination ours, Examination theirs) {
        if (!stoppedThere(ours) || !stoppedThere(theirs)) {
            finish(); // An end, or an input: that is never ignored.
            return;
        }
        state.setRegisters(ours.getRegisters());
        nextPc = ours.getPc();
        StateComparison states = StateComparison.of(ours, theirs);
        if (states.pages().isEmpty()) {
            decide(states);
            return;
        }
        Examine.Builder question = exactly(state.getFromStep()).addAllPages(states.comparedPages());
        dialogue.askSubject(
                question.clone(),
                there ->
                        dialogue.askReference(
                                question,
                                here -> {
                                    states.comparePages(here.getPagesList(), there.getPagesList());
                                    state.addAllPages(here.getPagesList());
                                    decide(states);
                                }));
    }

    private boolean stoppedThere(Examination examination) {
        return examination.getEnd() == ExaminationEnd.EXAMINATION_END_REACHED
                && examination.getStep() == state.getStep();
    }

    private void decide(StateComparison states) {
        if (StepDifference.isTold(states)) {
            rule = rules.covering(StepDifference.of(left, right, states)).orElse(null);
        }
        String why = rule == null ? null : reasonAgainst();
        if (rule == null || why != null) {
            end(why);
        } else {
            askCode();
        }
    }

    /**
     * What is wrong only in how the code was put together is not seen instruction by instruction,
     * and would be gone with the state that the subject goes on with.
     */
    private void askCode() {
        Examine.Builder executed = Examine.newBuilder().setFromStep(state.getFromStep());
        dialogue.askSubject(
                executed.clone().setUntilStep(differingStep).setSameCode(true),
                before ->
                        dialogue.askSubject(
                                executed.setUntilStep(before.getStep()).setTraceFromStep(equalStep),
                                singly -> compareCode(before, singly)));
    }

    private void compareCode(Examination executed, Examination singly) {
        boolean equal =
                executed.getStep() == singly.getStep()
                        && executed.getPc() == singly.getPc()
                        && Stop.haveEqualStates(executed, singly)
                        && (!comparison.hasWindows() || executed.getDigest() == singly.getDigest());
        if (equal) {
            askBlocks();
        } else {
            end("the code that was executed does not do what its instructions do one by one");
        }
    }

    private @Nullable String reasonAgainst() {
        InputRequest input = comparison.inputBefore(Long.MAX_VALUE);
        if (left.getStep() < recordStep) {
            return "the records up to step %d were found equal already".formatted(recordStep);
        }
        if (input != null && input.getStep() >= left.getStep()) {
            return "the input at step %d was compared already".formatted(input.getStep());
        }
        boolean isInside = state.getStep() < comparison.reference().step();
        return isInside && !comparison.hasWindows() && comparison.reference().pieceRecords() > 1
                ? "the blocks of the engines end at different steps"
                : null;
    }

    /** What the record has up to there is what the reference's has: blocks, and a digest. */
    private void askBlocks() {
        dialogue.askReference(
                Examine.newBuilder().setFromStep(recordStep).setUntilStep(recordStep),
                before ->
                        dialogue.askReference(
                                Examine.newBuilder()
                                        .setFromStep(recordStep)
                                        .setUntilStep(state.getStep()),
                                after -> countBlocks(before, after)));
    }

    private void countBlocks(Examination before, Examination after) {
        // The one that ends beyond the instruction is still open behind it.
        boolean isOpen =
                after.getStep() > state.getStep()
                        && after.getEnd() != ExaminationEnd.EXAMINATION_END_INPUT;
        long blocks = after.getBlockCount() - (isOpen ? 1 : 0);
        Lane reference = comparison.reference();
        state.setBlockCount(blocks);
        if (comparison.hasWindows()) {
            state.setWindowSteps(state.getStep() - recordStep)
                    .setWindowBlocks(blocks - before.getBlockCount())
                    .setWindowPc(reference.piecePc())
                    .setWindowCount(reference.takenRecords() - reference.pieceRecords());
        }
        askDigest();
    }

    private void askDigest() {
        // Where records have digests of their own, it is counted only if all is traced.
        boolean traceAll = !comparison.hasWindows();
        long tracedFrom = traceAll ? 0 : equalStep - BLOCK_STEPS;
        dialogue.askReference(
                exactly(recordStep).setTraceFromStep(Math.max(recordStep, tracedFrom)),
                there -> {
                    state.setDigest(there.getDigest());
                    end(
                            stoppedThere(there)
                                    ? null
                                    : "the reference does not stop at step " + state.getStep());
                });
    }

    private void finish() {
        end(null);
    }

    private void end(@Nullable String why) {
        if (!over) {
            over = true;
            obstacle = why;
            dialogue.end();
            done.run();
        }
    }
}
