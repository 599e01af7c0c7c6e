package dev.lockstep.server.run;

/**
 * Brings both sides to the same step, and to each other's barriers: whichever side is behind takes
 * its next record.
 */
abstract class Alignment implements Stage {
    final Lane reference;
    final Lane subject;

    Alignment(Lane reference, Lane subject) {
        this.reference = reference;
        this.subject = subject;
    }

    @Override
    public boolean advance() {
        if (reference.step() == subject.step() && reference.pieceRecords() > 0) {
            meet();
            return true;
        }
        Item.Barrier referenceBarrier = reference.barrier();
        Item.Barrier subjectBarrier = subject.barrier();
        if (referenceBarrier != null && subjectBarrier != null) {
            meet(referenceBarrier, subjectBarrier);
            return true;
        }
        if (referenceBarrier != null) {
            return approach(referenceBarrier, subject);
        }
        if (subjectBarrier != null) {
            return approach(subjectBarrier, reference);
        }
        return advanceRows();
    }

    /** Both sides have taken records, up to the same step. */
    abstract void meet();

    /** Both sides have come to a barrier. */
    abstract void meet(Item.Barrier left, Item.Barrier right);

    /** Both sides stand at the same step, and all they have taken is settled. */
    abstract void take(Rows left, Rows right);

    /** One side has run past a barrier of the other. */
    abstract void pass(Item.Barrier barrier, boolean byReference);

    /** One side has taken another record without coming to a step of the other. */
    abstract void reach(Lane lane);

    private boolean advanceRows() {
        if (reference.step() < subject.step()) {
            return takeOne(reference);
        }
        if (subject.step() < reference.step()) {
            return takeOne(subject);
        }
        Rows left = reference.rows();
        Rows right = subject.rows();
        if (left == null || right == null) {
            return false;
        }
        take(left, right);
        return true;
    }

    private boolean takeOne(Lane behind) {
        Rows rows = behind.rows();
        if (rows == null) {
            return false;
        }
        behind.take(rows);
        reach(behind);
        return true;
    }

    /** Lets {@code lane} come to a barrier at which the other side waits. */
    private boolean approach(Item.Barrier barrier, Lane lane) {
        if (lane.step() > barrier.lastStep()) {
            pass(barrier, lane == reference);
            return true;
        }
        return takeOne(lane);
    }
}
