package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/**
 * Compares one subject with the reference. Both sides' items come in their own order; whenever both
 * sides have something, it is compared and forgotten.
 *
 * <p>Hot path: equal records are found equal by one comparison of bytes for many of them.
 */
final class Comparison {
    /**
     * Records one side may have without reaching a step at which the other side has a boundary too.
     */
    static final int JOIN_LIMIT_RECORDS = 4096;

    private final String engine;
    private final boolean digestsCount;
    private final Lane reference = new Lane();
    private final Lane subject = new Lane();

    private long blocks;
    private long digests;
    private long inputs;
    private boolean finished;
    private Item.@Nullable Input lastInput;
    private @Nullable Divergence divergence;

    /**
     * Creates a comparison.
     *
     * @param engine name of the subject
     * @param strength whether records have digests that mean something
     */
    Comparison(String engine, Strength strength) {
        this.engine = engine;
        digestsCount = strength != Strength.PC;
    }

    /** Takes what the reference reports, and compares as far as that allows. */
    void addReference(Item item) {
        reference.add(item);
        advance();
    }

    /** Takes what the subject reports, and compares as far as that allows. */
    void addSubject(Item item) {
        subject.add(item);
        advance();
    }

    /** Returns the first divergence, after which nothing more is compared, or null. */
    @Nullable Divergence divergence() {
        return divergence;
    }

    /** Returns whether both guests have ended, and alike. */
    boolean finished() {
        return finished;
    }

    /** Returns how many records of the reference need not be kept any more. */
    long referenceRecords() {
        return reference.takenRecords();
    }

    /** Returns how many records of the subject need not be kept any more. */
    long subjectRecords() {
        return subject.takenRecords();
    }

    /** Returns the bytes of input, counted by the reference, that the subject has asked for. */
    long inputBytes() {
        return lastInput == null ? 0 : lastInput.endBytes();
    }

    /** Returns the step up to which both sides agree. */
    long agreedStep() {
        return reference.pieceStep();
    }

    Compared compared() {
        long ends = finished ? 1 : 0;
        return new Compared(
                agreedStep(), blocks, 0, digestsCount ? digests : 0, ends, ends, inputs);
    }

    private void advance() {
        boolean moved = true;
        while (moved && divergence == null && !finished) {
            moved = advanceOnce();
        }
    }

    /** Does one thing that can be done; returns whether there was one. */
    private boolean advanceOnce() {
        if (reference.step() == subject.step() && reference.pieceRecords() > 0) {
            comparePieces();
            return true;
        }
        Item.Barrier referenceBarrier = reference.barrier();
        Item.Barrier subjectBarrier = subject.barrier();
        if (referenceBarrier != null && subjectBarrier != null) {
            compareBarriers(referenceBarrier, subjectBarrier);
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
        compareRows(left, right);
        return true;
    }

    /**
     * Both sides stand at the same step: passes all records that are equal, and takes the first
     * pair that is not.
     */
    private void compareRows(Rows left, Rows right) {
        if (reference.pc() != subject.pc()) {
            differs(Difference.ofAddresses(Difference.PC, reference.pc(), subject.pc()));
            return;
        }
        int leftFrom = reference.offset();
        int rightFrom = subject.offset();
        int leftBytes = left.bytes().length - leftFrom;
        int rightBytes = right.bytes().length - rightFrom;
        int both = Math.min(leftBytes, rightBytes);
        int mismatch =
                Arrays.mismatch(
                        left.bytes(),
                        leftFrom,
                        leftFrom + both,
                        right.bytes(),
                        rightFrom,
                        rightFrom + both);
        int equal = mismatch < 0 ? both : mismatch - mismatch % RecordLayout.SIZE_BYTES;
        long endStep;
        if (equal == leftBytes) {
            endStep = left.endStep();
        } else if (equal == rightBytes) {
            endStep = right.endStep();
        } else {
            endStep = reference.step() + left.sumSteps(leftFrom, leftFrom + equal);
        }
        reference.skip(left, equal, endStep);
        subject.skip(right, equal, endStep);
        blocks += equal / RecordLayout.SIZE_BYTES;
        digests += equal / RecordLayout.SIZE_BYTES;
        if (mismatch >= 0) {
            reference.take(left);
            subject.take(right);
        }
    }

    private void comparePieces() {
        if (reference.pc() != subject.pc()) {
            differs(Difference.ofAddresses(Difference.NEXT_PC, reference.pc(), subject.pc()));
        } else if (reference.digest() != subject.digest()) {
            differs(
                    Difference.ofAddresses(
                            Difference.DIGEST, reference.digest(), subject.digest()));
        } else if (reference.turns() != subject.turns()) {
            differs(Difference.ofCounts(Difference.TURNS, reference.turns(), subject.turns()));
        } else {
            blocks += reference.pieceRecords();
            digests++;
            reference.settle();
            subject.settle();
        }
    }

    private boolean takeOne(Lane behind) {
        Rows rows = behind.rows();
        if (rows == null) {
            return false;
        }
        behind.take(rows);
        if (behind.pieceRecords() > JOIN_LIMIT_RECORDS) {
            differs(Difference.ofCounts(Difference.STEPS, reference.step(), subject.step()));
        }
        return true;
    }

    /** Lets {@code lane} come to a barrier at which the other side waits. */
    private boolean approach(Item.Barrier barrier, Lane lane) {
        if (lane.step() > barrier.step()) {
            differs(BarrierComparator.passed(barrier, lane == reference));
            return true;
        }
        return takeOne(lane);
    }

    private void compareBarriers(Item.Barrier left, Item.Barrier right) {
        if (left instanceof Item.Input asked && right instanceof Item.Input alsoAsked) {
            compareInputs(asked, alsoAsked);
        } else if (left instanceof Item.End end && right instanceof Item.End otherEnd) {
            compareEnds(end, otherEnd);
        } else {
            differs(BarrierComparator.mixed(left, right));
        }
    }

    private void compareInputs(Item.Input left, Item.Input right) {
        Difference difference = BarrierComparator.compare(left.question(), right.question());
        if (left.step() != right.step()) {
            differs(Objects.requireNonNull(difference));
            return;
        }
        // A block that went wrong before the call shows up in the call; the block is to blame.
        Difference before = compareOpenRecords(left.question(), right.question());
        if (before != null) {
            differs(before);
        } else if (difference != null) {
            diverge(left.step(), left.question().getPc(), difference);
        } else {
            inputs++;
            lastInput = left;
            reference.passBarrier();
            subject.passBarrier();
        }
    }

    private @Nullable Difference compareOpenRecords(InputRequest left, InputRequest right) {
        long leftDigest = openDigest(reference, left.getOpenRecord());
        long rightDigest = openDigest(subject, right.getOpenRecord());
        if (leftDigest != rightDigest) {
            return Difference.ofAddresses(Difference.DIGEST, leftDigest, rightDigest);
        }
        long leftTurns = reference.turns() + left.getOpenRecord().getTurns();
        long rightTurns = subject.turns() + right.getOpenRecord().getTurns();
        return leftTurns == rightTurns
                ? null
                : Difference.ofCounts(Difference.TURNS, leftTurns, rightTurns);
    }

    private static long openDigest(Lane lane, OpenRecord open) {
        return Digest.join(lane.digest(), open.getDigest(), open.getTurns());
    }

    /** An end stands where the records end, so at equal steps all of them are compared. */
    private void compareEnds(Item.End left, Item.End right) {
        Difference difference = BarrierComparator.compare(left.account(), right.account());
        if (difference == null) {
            finished = true;
        } else {
            differs(difference);
        }
    }

    /** The piece differs, whose first step is the first that may be wrong. */
    private void differs(Difference difference) {
        diverge(reference.pieceStep(), reference.piecePc(), difference);
    }

    private void diverge(long step, long pc, Difference difference) {
        divergence =
                new Divergence(
                        engine,
                        step,
                        pc,
                        difference.field(),
                        difference.reference(),
                        difference.subject(),
                        null,
                        null,
                        blocks);
    }
}
