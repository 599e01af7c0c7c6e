package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ExitReason;

import org.jspecify.annotations.Nullable;

/**
 * How a comparison ends: with the guests, or at a step the run is not to go beyond. Engines stop
 * there at the end of a block; those with other blocks stop elsewhere, and some not at all.
 */
final class Closing {
    private final @Nullable Long stepLimit;
    private final Lane reference;
    private final Lane subject;
    private final Findings findings;
    private boolean limited;

    Closing(@Nullable Long stepLimit, Lane reference, Lane subject, Findings findings) {
        this.stepLimit = stepLimit;
        this.reference = reference;
        this.subject = subject;
        this.findings = findings;
    }

    /** Returns whether it was the step limit that ended the comparison. */
    boolean limited() {
        return limited;
    }

    /** Returns whether a barrier stands where the run is to be over. */
    boolean isPast(Item.Barrier barrier) {
        return stepLimit != null && barrier.step() >= stepLimit;
    }

    /** Returns whether a guest was stopped by the limit, or ended where it would have been. */
    boolean covers(Item.Barrier barrier) {
        return barrier instanceof Item.End && isPast(barrier);
    }

    /** Returns whether a side that has come to the limit goes on all the same. */
    boolean isOverrunBy(Lane lane) {
        return stepLimit != null && lane.step() >= stepLimit && lane.goesOn();
    }

    /** Returns whether both sides have come to the limit together and one goes on all the same. */
    boolean isOverrun() {
        return (isOverrunBy(reference) || isOverrunBy(subject))
                && reference.step() == subject.step()
                && reference.pieceRecords() == 0
                && subject.pieceRecords() == 0;
    }

    /** Ends the comparison at the limit, without a common end. */
    void endEarly() {
        limited = true;
        findings.endEarly();
    }

    /** Ends the comparison with the guests. */
    void end(Item.End end, boolean equal) {
        limited =
                covers(end) && end.account().getExit().getReason() == ExitReason.EXIT_REASON_LIMIT;
        findings.end(equal);
    }
}
