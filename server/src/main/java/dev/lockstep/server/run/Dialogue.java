package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.TracedStep;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * The questions to the two engines of one difference, one after the other, and the bounds on them.
 * What cannot be answered ends it.
 */
final class Dialogue {
    private final Place reference;
    private final Place subject;
    private final Consumer<String> failed;

    private @Nullable Place asked;
    private long id;
    private int referenceCount;
    private int subjectCount;
    private boolean over;
    private Examination.Builder answer = Examination.newBuilder();
    private long answeredBytes;

    /** Where the engine can be when it answers. */
    private long first;

    private long last;
    private Consumer<Examination> then = _ -> {};

    /**
     * Creates a dialogue.
     *
     * @param failed takes why there can be no further answer, once
     */
    Dialogue(Place reference, Place subject, Consumer<String> failed) {
        this.reference = reference;
        this.subject = subject;
        this.failed = failed;
    }

    Place reference() {
        return reference;
    }

    Place subject() {
        return subject;
    }

    /** Returns how often the engines were sent back, both together. */
    int count() {
        return referenceCount + subjectCount;
    }

    /** Returns how often each of the engines may still be sent back. */
    int rest() {
        return Bounds.EXAMINATIONS - Math.max(referenceCount, subjectCount);
    }

    void askReference(Examine.Builder question, Consumer<Examination> whenAnswered) {
        referenceCount++;
        ask(reference, question, whenAnswered);
    }

    void askSubject(Examine.Builder question, Consumer<Examination> whenAnswered) {
        subjectCount++;
        ask(subject, question, whenAnswered);
    }

    private void ask(Place place, Examine.Builder question, Consumer<Examination> whenAnswered) {
        if (over) {
            return;
        }
        if (rest() < 0) {
            fail(
                    "it took more than the %d times that an engine is sent back"
                            .formatted(Bounds.EXAMINATIONS));
            return;
        }
        answer = Examination.newBuilder();
        answeredBytes = 0;
        then = whenAnswered;
        first = question.getFromStep();
        last = question.getUntilStep() + Bounds.OVERSHOT_STEPS;
        asked = place;
        id = place.nextExamination();
        place.examine(question);
    }

    /** Takes an answer, or a part of one; what nobody waits for any more is left aside. */
    void arrived(Place place, Examination part) {
        if (over || place != asked || part.getId() != id) {
            return;
        }
        answeredBytes += part.getSerializedSize();
        answer.mergeFrom(part);
        if (answeredBytes > Bounds.ANSWERED_BYTES
                || answer.getTracedCount() > Bounds.ANSWERED_STEPS
                || answer.getPagesCount() > Bounds.ANSWERED_PAGES
                || answer.getChangedPagesCount() > Bounds.ANSWERED_CHANGED_PAGES
                || part.getTracedList().stream().anyMatch(Dialogue::tellsTooMuch)) {
            fail("%s told more than it was asked for".formatted(place.title()));
            return;
        }
        if (!part.getMore()) {
            asked = null;
            take(place, answer.build());
        }
    }

    private static boolean tellsTooMuch(TracedStep step) {
        return step.getOperandsCount() + step.getEffectsCount() > Bounds.TOLD_EFFECTS;
    }

    private void take(Place place, Examination whole) {
        if (whole.getEnd() == ExaminationEnd.EXAMINATION_END_OUT_OF_REACH) {
            fail(
                    "%s cannot go back so far: %s"
                            .formatted(place.title(), Excerpt.ofText(whole.getText())));
        } else if (whole.getStep() < first || whole.getStep() > last) {
            fail(
                    "%s stopped at step %d (expected: one from %d to %d)"
                            .formatted(place.title(), whole.getStep(), first, last));
        } else {
            then.accept(whole);
        }
    }

    /** Ends the dialogue without an answer, unless it is over. */
    void fail(String why) {
        if (!over) {
            over = true;
            answer = Examination.newBuilder();
            failed.accept(why);
        }
    }

    /** Ends the dialogue: all is known. */
    void end() {
        over = true;
    }
}
