package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/**
 * Compares all that both sides report, wherever both have a boundary.
 *
 * <p>Hot path: equal records are found equal by one comparison of bytes for many of them.
 */
final class StepPairing extends Alignment {
    /**
     * Records one side may have without reaching a step at which the other side has a boundary too.
     */
    static final int JOIN_LIMIT_RECORDS = 4096;

    private final Findings findings;
    private final Closing closing;
    private final Counting counting;
    private boolean entriesCompared;

    /** In window grain, the step up to which memory was compared too. */
    private long memoryStep;

    /** Whether the pieces being taken are known to differ: they are one divergence, not two. */
    private boolean blamed;

    StepPairing(
            Lane reference, Lane subject, Findings findings, Closing closing, Counting counting) {
        super(reference, subject);
        this.findings = findings;
        this.closing = closing;
        this.counting = counting;
        memoryStep = reference.pieceStep();
    }

    /** A wrong byte of memory may be older than the window that shows it. */
    @Override
    public long keptStep(long agreedStep) {
        return counting.hasMemories() ? Math.min(memoryStep, agreedStep) : agreedStep;
    }

    @Override
    public void resynced() {
        blamed = false;
        memoryStep = reference.pieceStep();
    }

    @Override
    public void ignored() {
        blamed = false;
    }

    @Override
    public boolean advance() {
        if (closing.isOverrun()) {
            closing.endEarly();
            return true;
        }
        if (!entriesCompared && reference.entered() && subject.entered()) {
            compareEntries();
            return true;
        }
        return super.advance();
    }

    /**
     * Whatever else is wrong with the first pair follows from where it started. One side's first
     * record may have been taken before the other's came, so it is the piece that tells.
     */
    private void compareEntries() {
        entriesCompared = true;
        if (!blamed && reference.piecePc() != subject.piecePc()) {
            differs(
                    Difference.ofAddresses(Difference.PC, reference.piecePc(), subject.piecePc()),
                    null);
            blamed = true;
        }
    }

    /**
     * Both sides stand at the same step: passes all records that are equal, and takes the first
     * pair that is not.
     */
    @Override
    void take(Rows left, Rows right) {
        int both =
                Math.min(closing.bytesBefore(reference, left), closing.bytesBefore(subject, right));
        int mismatch = blamed || !counting.hasDigests() ? 0 : mismatch(left, right, both);
        int equal = mismatch < 0 ? both : mismatch - mismatch % RecordLayout.SIZE_BYTES;
        if (equal > 0) {
            skip(left, right, equal);
        }
        if (mismatch >= 0) {
            reference.take(left);
            subject.take(right);
            if (counting.windows() && reference.step() != subject.step()) {
                partWindows();
            }
        }
    }

    /** Digests of windows do not join, so nothing more can be found equal. */
    private void partWindows() {
        differs(Difference.ofCounts(Difference.STEPS, reference.step(), subject.step()), piece());
        findings.giveUp("their windows do not end at the same step any more");
    }

    private int mismatch(Rows left, Rows right, int bytes) {
        int leftFrom = reference.offset();
        int rightFrom = subject.offset();
        return Arrays.mismatch(
                left.bytes(),
                leftFrom,
                leftFrom + bytes,
                right.bytes(),
                rightFrom,
                rightFrom + bytes);
    }

    private void skip(Rows left, Rows right, int bytes) {
        long start = reference.step();
        long end;
        if (bytes == left.bytes().length - reference.offset()) {
            end = left.endStep();
        } else if (bytes == right.bytes().length - subject.offset()) {
            end = right.endStep();
        } else {
            end = start + left.sumSteps(reference.offset(), reference.offset() + bytes);
        }
        long blocksBefore = reference.takenBlocks();
        reference.skip(left, bytes, end);
        subject.skip(right, bytes, end);
        countEqual(
                bytes / RecordLayout.SIZE_BYTES,
                reference.takenBlocks() - blocksBefore,
                end - start);
    }

    @Override
    void meet() {
        Difference difference = comparePieces();
        if (difference != null && !blamed) {
            differs(difference, piece());
        }
        if (difference != null || blamed) {
            findings.passDifferent(this::settle);
        } else {
            countEqual(1, reference.pieceBlocks(), reference.step() - reference.pieceStep());
            settle();
        }
    }

    /** The last pairs up to where the reference stands are equal. */
    private void countEqual(long pairs, long blockCount, long stepCount) {
        findings.equal(pairs, blockCount, stepCount);
        findings.equalRegisters(counting.hasRegisters() ? pairs : 0);
        counting.countWindows(reference.takenRecords() - pairs, pairs, findings);
        if (counting.hasMemory(reference.takenRecords())) {
            memoryStep = reference.step();
        }
    }

    private void settle() {
        reference.settle();
        subject.settle();
        blamed = false;
    }

    private @Nullable Difference comparePieces() {
        if (reference.pc() != subject.pc()) {
            return Difference.ofAddresses(Difference.NEXT_PC, reference.pc(), subject.pc());
        }
        if (!counting.hasDigests()) {
            return counting.hasRegisters() ? reference.compareRegisters(subject) : null;
        }
        if (reference.digest() != subject.digest()) {
            return Difference.ofAddresses(Difference.DIGEST, reference.digest(), subject.digest());
        }
        return reference.turns() == subject.turns()
                ? null
                : Difference.ofCounts(counting.column(), reference.turns(), subject.turns());
    }

    @Override
    void reach(Lane lane) {
        if (lane.pieceRecords() > JOIN_LIMIT_RECORDS) {
            differs(
                    Difference.ofCounts(Difference.STEPS, reference.step(), subject.step()),
                    piece());
            findings.giveUp("no common step within " + JOIN_LIMIT_RECORDS + " blocks");
        }
    }

    @Override
    void pass(Item.Barrier barrier, boolean byReference) {
        if (closing.covers(barrier)) {
            closing.endEarly();
        } else if (barrier instanceof Item.End end && end.isWithinBlock()) {
            closing.endUnseen(end, !byReference);
        } else {
            part(BarrierComparator.passed(barrier, byReference), barrier);
        }
    }

    @Override
    void meet(Item.Barrier left, Item.Barrier right) {
        if (left instanceof Item.Input asked && right instanceof Item.Input alsoAsked) {
            compareInputs(asked, alsoAsked);
        } else if (left instanceof Item.End end && right instanceof Item.End otherEnd) {
            compareEnds(end, otherEnd);
        } else if ((closing.isPast(left) && closing.isPast(right))
                || closing.isCutOff(left, right)) {
            closing.endEarly();
        } else {
            part(BarrierComparator.mixed(left, right), left);
        }
    }

    private void compareInputs(Item.Input left, Item.Input right) {
        Difference difference = BarrierComparator.compare(left.question(), right.question());
        if (left.step() != right.step()) {
            part(Objects.requireNonNull(difference), left);
            return;
        }
        // A block that went wrong before the call shows up in the call; the block is to blame.
        Difference before = compareOpenRecords(left.question(), right.question());
        Stretch open = open(left.question(), right.question());
        if (before != null && !blamed) {
            differs(before, open);
        } else if (before == null && difference != null) {
            findings.differs(left.step(), left.question().getPc(), block(), difference, open);
        }
        boolean equal = before == null && difference == null;
        if (!BarrierComparator.sameCall(left.question(), right.question())) {
            findings.giveUp(BarrierComparator.NOT_FORCED);
        }
        findings.whenResolved(() -> {
            blamed |= !equal;
            findings.passInput(left, equal);
            reference.passBarrier();
            subject.passBarrier();
        });
    }

    private @Nullable Difference compareOpenRecords(InputRequest left, InputRequest right) {
        if (!counting.hasDigests()) {
            return null;
        }
        long leftDigest = openDigest(reference, left.getOpenRecord());
        long rightDigest = openDigest(subject, right.getOpenRecord());
        if (leftDigest != rightDigest) {
            return Difference.ofAddresses(Difference.DIGEST, leftDigest, rightDigest);
        }
        long leftTurns = reference.turns() + left.getOpenRecord().getTurns();
        long rightTurns = subject.turns() + right.getOpenRecord().getTurns();
        return leftTurns == rightTurns
                ? null
                : Difference.ofCounts(counting.column(), leftTurns, rightTurns);
    }

    private static long openDigest(Lane lane, OpenRecord open) {
        return Digest.join(lane.digest(), open.getDigest(), open.getTurns());
    }

    /** An end stands where the records end, so at equal steps all of them are compared. */
    private void compareEnds(Item.End left, Item.End right) {
        boolean limited =
                left.step() != right.step() && closing.covers(left) && closing.covers(right);
        if (limited || closing.isCutOff(left, right)) {
            closing.endEarly();
            return;
        }
        Difference difference = BarrierComparator.compare(left, right);
        if (difference != null) {
            differs(difference, upTo(Math.min(left.step(), right.step())));
        }
        closing.end(left, right, difference == null);
    }

    /** The sides differ so that they cannot be brought together again. */
    private void part(Difference difference, Item.Barrier barrier) {
        differs(difference, upTo(barrier.step()));
        findings.giveUp(
                barrier instanceof Item.Input
                        ? BarrierComparator.NOT_FORCED
                        : BarrierComparator.ENDED_ALONE);
    }

    /** The piece differs, whose first step is the first that may be wrong. */
    private void differs(Difference difference, @Nullable Stretch stretch) {
        findings.differs(reference.pieceStep(), reference.piecePc(), block(), difference, stretch);
    }

    private Stretch piece() {
        return upTo(Math.min(reference.step(), subject.step()));
    }

    private Stretch upTo(long step) {
        return new Stretch(reference.pieceStep(), step, reference.digest(), subject.digest());
    }

    /** Both sides ask at the same step. */
    private Stretch open(InputRequest left, InputRequest right) {
        return new Stretch(
                reference.pieceStep(),
                left.getStep(),
                openDigest(reference, left.getOpenRecord()),
                openDigest(subject, right.getOpenRecord()));
    }

    private long block() {
        return reference.takenBlocks() - reference.pieceBlocks();
    }
}
