package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

/**
 * How a comparison ends: with the guests, or at a step the run is not to go beyond. Engines stop
 * there at the end of a block; those with other blocks stop elsewhere, and some not at all.
 */
final class Closing {
    private static final long NEVER = Long.MAX_VALUE;

    private final long stepLimit;
    private final Lane reference;
    private final Lane subject;
    private final Findings findings;
    private boolean limited;
    private boolean cutOff;

    Closing(@Nullable Long stepLimit, Lane reference, Lane subject, Findings findings) {
        this.stepLimit = stepLimit == null ? NEVER : stepLimit;
        this.reference = reference;
        this.subject = subject;
        this.findings = findings;
    }

    /** Returns whether it was the step limit that ended the comparison. */
    boolean limited() {
        return limited;
    }

    /** Returns whether a side had no more to tell, though its guest would have gone on. */
    boolean cutOff() {
        return cutOff;
    }

    /** Returns whether a barrier stands where the run is to be over. */
    boolean isPast(Item.Barrier barrier) {
        return barrier.step() >= stepLimit;
    }

    /**
     * Returns whether a guest was stopped by the limit, or ended where it would have been, or has
     * no more to tell: then there is nothing wrong if the other side goes on.
     */
    boolean covers(Item.Barrier barrier) {
        return barrier instanceof Item.End end && (isPast(barrier) || isCutOff(end));
    }

    /** Returns whether one side has no more to tell, and the other goes at least as far. */
    boolean isCutOff(Item.Barrier left, Item.Barrier right) {
        return (left instanceof Item.End end && isCutOff(end) && left.step() <= right.step())
                || (right instanceof Item.End other
                        && isCutOff(other)
                        && right.step() <= left.step());
    }

    private static boolean isCutOff(Item.End end) {
        return end.account().getExit().getReason() == ExitReason.EXIT_REASON_KILLED;
    }

    /** Returns whether a side has come to the limit. */
    boolean isReachedBy(Lane lane) {
        return lane.step() >= stepLimit;
    }

    /** Returns whether a side that has come to the limit goes on all the same. */
    boolean isOverrunBy(Lane lane) {
        return isReachedBy(lane) && lane.goesOn();
    }

    /**
     * Returns how many bytes of the records that come next on a side start before the limit: what
     * an engine that ignores it sends in one batch is compared no further than what it sends in
     * several.
     */
    int bytesBefore(Lane lane, Rows rows) {
        int from = lane.offset();
        int to = rows.bytes().length;
        if (rows.endStep() > stepLimit) {
            to = from;
            for (long step = lane.step(); step < stepLimit; to += RecordLayout.SIZE_BYTES) {
                step += rows.steps(to);
            }
        }
        return to - from;
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
        cutOff = hasNoMore(reference) || hasNoMore(subject);
        findings.endEarly(reference.pieceStep() >= stepLimit);
    }

    /** Ends the comparison where one side is gone, while the other goes on. */
    void endUnseen(Item.End end, boolean ofReference) {
        findings.endUnseen(ofReference ? "the reference" : "the subject", end.step());
    }

    private static boolean hasNoMore(Lane lane) {
        return lane.barrier() instanceof Item.End end && isCutOff(end);
    }

    /** Ends the comparison with the guests. */
    void end(Item.End left, Item.End right, boolean equal) {
        limited =
                covers(left)
                        && left.account().getExit().getReason() == ExitReason.EXIT_REASON_LIMIT;
        if (!left.account().hasExit() || !right.account().hasExit()) {
            findings.endHidden();
        }
        if (equal) {
            findings.equalEnds(
                    BarrierComparator.haveRegisters(left.account(), right.account()),
                    BarrierComparator.haveMemory(left.account(), right.account()));
        }
        findings.end(equal);
    }
}
