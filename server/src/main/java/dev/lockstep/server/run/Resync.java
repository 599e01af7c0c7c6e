package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.PageDigest;
import dev.lockstep.proto.v1.State;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.LongFunction;

/** Fetches the state of the reference for a subject that differed, to go on from. */
final class Resync {
    private final Dialogue dialogue;
    private final Stretch stretch;
    private final LongFunction<@Nullable InputRequest> inputs;
    private final Runnable done;
    private final State.Builder collected = State.newBuilder();
    private final long keptStep;

    private boolean over;
    private List<Long> pages = List.of();
    private @Nullable State state;
    private @Nullable String obstacle;

    /**
     * Creates what fetches nothing yet.
     *
     * @param keptStep the first step to which both engines can be sent back
     * @param step a boundary of the reference, where the subject is to go on
     * @param inputs finds the last input of the reference before a step
     * @param done runs once there is a state, or there is to be none
     */
    Resync(
            Place reference,
            Place subject,
            Stretch stretch,
            long keptStep,
            long step,
            LongFunction<@Nullable InputRequest> inputs,
            Runnable done) {
        this.stretch = stretch;
        this.keptStep = keptStep;
        this.inputs = inputs;
        this.done = done;
        collected.setStep(step);
        dialogue = new Dialogue(reference, subject, this::end);
    }

    /** Returns the state, once it is known; null if there is none. */
    @Nullable State state() {
        return state;
    }

    /** Returns why there is no state; null if there is. */
    @Nullable String obstacle() {
        return obstacle;
    }

    /**
     * Asks the reference, if the subject can be brought to the step.
     *
     * @param low step at which both sides were in the same state
     * @param wrongBefore step before which something went wrong
     * @param neverEqual whether they were in the same state at no step that could be looked at
     */
    void begin(long low, long wrongBefore, boolean neverEqual) {
        long from =
                low >= stretch.agreedStep() ? Math.max(stretch.agreedStep(), keptStep) : keptStep;
        collected.setFromStep(from);
        InputRequest input = inputs.apply(collected.getStep());
        if (neverEqual) {
            fail("their states differed already at step " + from);
        } else if (wrongBefore > collected.getStep()) {
            fail(
                    "the reference stands at step %d, before what is wrong"
                            .formatted(collected.getStep()));
        } else if (input != null && input.getStep() >= from) {
            fail(
                    "there is an input at step %d, after the last state to go back to, of step %d"
                            .formatted(input.getStep(), from));
        } else {
            dialogue.askReference(question().setRegisters(true).setChangedPages(true), this::take);
        }
    }

    private Examine.Builder question() {
        return Examine.newBuilder()
                .setFromStep(collected.getFromStep())
                .setUntilStep(collected.getStep());
    }

    void arrived(Place place, Examination part) {
        dialogue.arrived(place, part);
    }

    /** Ends without a state, unless it has ended. */
    void fail(String why) {
        dialogue.fail(why);
    }

    private void take(Examination examination) {
        pages =
                examination.getChangedPagesList().stream()
                        .map(PageDigest::getAddress)
                        .distinct()
                        .toList();
        if (examination.getEnd() != ExaminationEnd.EXAMINATION_END_REACHED
                || examination.getStep() != collected.getStep()) {
            fail("the reference does not stop at step " + collected.getStep());
        } else if (pages.size() > Bounds.RESYNC_PAGES) {
            fail(
                    "more than %d pages have changed since step %d"
                            .formatted(Bounds.RESYNC_PAGES, collected.getFromStep()));
        } else {
            collected
                    .setRegisters(examination.getRegisters())
                    .setBlockCount(examination.getBlockCount());
            fetch(0);
        }
    }

    private void fetch(int first) {
        if (first >= pages.size()) {
            state = collected.build();
            dialogue.end();
            end(null);
            return;
        }
        int next = Math.min(pages.size(), first + Bounds.ANSWERED_PAGES);
        dialogue.askReference(
                question().addAllPages(pages.subList(first, next)),
                answer -> {
                    collected.addAllPages(answer.getPagesList());
                    fetch(next);
                });
    }

    private void end(@Nullable String why) {
        if (!over) {
            over = true;
            obstacle = why;
            done.run();
        }
    }
}
