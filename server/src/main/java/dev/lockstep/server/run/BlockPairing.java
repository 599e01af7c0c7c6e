package dev.lockstep.server.run;

import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * Compares as the lockstep plugin of QEMU does: the k-th block of one side with the k-th of the
 * other, and of both only where they start. Inputs are forced all the same.
 *
 * <p>Hot path: once per block.
 */
final class BlockPairing implements Stage {
    private final Lane reference;
    private final Lane subject;
    private final Findings findings;
    private final Closing closing;
    private final QemuPlugin plugin;

    // The plugin counts instructions from where it begins.
    private final long referenceStart;
    private final long subjectStart;

    // Blocks may be split so that the inputs stand between other blocks; bounded by input credit.
    private final Deque<Item.Input> referenceInputs = new ArrayDeque<>();
    private final Deque<Item.Input> subjectInputs = new ArrayDeque<>();

    /**
     * Creates a pairing.
     *
     * @param plugin speaks for the reference's side
     */
    BlockPairing(
            Lane reference, Lane subject, Findings findings, Closing closing, QemuPlugin plugin) {
        this.reference = reference;
        this.subject = subject;
        this.findings = findings;
        this.closing = closing;
        this.plugin = plugin;
        referenceStart = reference.step();
        subjectStart = subject.step();
    }

    @Override
    public void subjectGone() {
        plugin.peerGone();
    }

    @Override
    public boolean advance() {
        if (putAside(reference, referenceInputs) || putAside(subject, subjectInputs)) {
            return true;
        }
        if (!referenceInputs.isEmpty() && !subjectInputs.isEmpty()) {
            force(referenceInputs.remove(), subjectInputs.remove());
            return true;
        }
        if (closing.isOverrunBy(reference) || closing.isOverrunBy(subject)) {
            closing.endEarly();
            return true;
        }
        return advanceBlocks();
    }

    private static boolean putAside(Lane lane, Deque<Item.Input> inputs) {
        if (!(lane.barrier() instanceof Item.Input input)) {
            return false;
        }
        inputs.add(input);
        lane.passBarrier();
        return true;
    }

    private void force(Item.Input left, Item.Input right) {
        if (BarrierComparator.sameCall(left.question(), right.question())) {
            findings.passInput(left, false);
            return;
        }
        differs(
                Objects.requireNonNull(
                        BarrierComparator.compare(left.question(), right.question())));
        findings.giveUp(BarrierComparator.NOT_FORCED);
    }

    private boolean advanceBlocks() {
        Rows left = reference.rows();
        Rows right = subject.rows();
        if (left != null && right != null) {
            compareBlocks(left, right);
            return true;
        }
        if (reference.barrier() instanceof Item.End end) {
            return endReference(end, right != null);
        }
        if (left != null && subject.barrier() instanceof Item.End end) {
            if (!closing.covers(end)) {
                plugin.peerGone();
            }
            endAlone(end, true);
            return true;
        }
        return false;
    }

    private boolean endReference(Item.End end, boolean subjectGoesOn) {
        if (subjectGoesOn) {
            plugin.exited();
            endAlone(end, false);
            return true;
        }
        if (subject.barrier() instanceof Item.End other) {
            plugin.exited();
            endBoth(end, other);
            return true;
        }
        return false;
    }

    private void endAlone(Item.End end, boolean referenceGoesOn) {
        if (closing.covers(end)) {
            closing.endEarly();
        } else if (end.isWithinBlock()) {
            closing.endUnseen(end, !referenceGoesOn);
        } else {
            differs(BarrierComparator.passed(end, referenceGoesOn));
            findings.giveUp(BarrierComparator.ENDED_ALONE);
        }
    }

    private void endBoth(Item.End left, Item.End right) {
        if (left.step() != right.step() && closing.covers(left) && closing.covers(right)) {
            closing.endEarly();
            return;
        }
        Difference difference = compareEnds(left, right);
        if (difference != null) {
            differs(difference);
        }
        closing.end(left, right, difference == null);
    }

    private @Nullable Difference compareEnds(Item.End left, Item.End right) {
        if (!referenceInputs.isEmpty()) {
            return BarrierComparator.passed(referenceInputs.getFirst(), false);
        }
        if (!subjectInputs.isEmpty()) {
            return BarrierComparator.passed(subjectInputs.getFirst(), true);
        }
        if (left.isWithinBlock() && right.isWithinBlock() && reference.pc() != subject.pc()) {
            return Difference.ofAddresses(Difference.PC, reference.pc(), subject.pc());
        }
        // That one side counts more instructions is no difference here.
        GuestEnd sameStep =
                right.account().toBuilder().setStepCount(left.account().getStepCount()).build();
        return BarrierComparator.compare(left, new Item.End(sameStep));
    }

    private void compareBlocks(Rows left, Rows right) {
        int leftRest = left.bytes().length - reference.offset();
        int rightRest = right.bytes().length - subject.offset();
        int pairs = Math.min(leftRest, rightRest) / RecordLayout.SIZE_BYTES;
        for (int pair = 0; pair < pairs && mayGoOn(); pair++) {
            compareBlock(left, right);
        }
    }

    private boolean mayGoOn() {
        return findings.open() && !closing.isReachedBy(reference) && !closing.isReachedBy(subject);
    }

    private void compareBlock(Rows left, Rows right) {
        long pc = reference.pc();
        long step = reference.step();
        long length = left.steps(reference.offset());
        if (pc == subject.pc()) {
            findings.equal(1, 1, length);
        } else {
            differs(Difference.ofAddresses(Difference.PC, pc, subject.pc()));
            plugin.diverged(pc, step - referenceStart, subject.pc(), subject.step() - subjectStart);
            findings.passDifferent(() -> {});
        }
        plugin.executed(pc, length, step + length - referenceStart);
        if (findings.open()) {
            subject.skip(
                    right, RecordLayout.SIZE_BYTES, subject.step() + right.steps(subject.offset()));
            reference.skip(left, RecordLayout.SIZE_BYTES, step + length);
        }
    }

    private void differs(Difference difference) {
        // The plugin looks no closer.
        findings.differs(
                reference.step(), reference.pc(), reference.takenRecords(), difference, null);
    }
}
