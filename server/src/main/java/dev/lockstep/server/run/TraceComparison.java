package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.ExecutedBlock;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the two sides did, one instruction after the other, from the same step on: where they first
 * did something else, and who wrote what.
 */
final class TraceComparison {
    /** The block rule lets no block cross such an address. */
    private static final int BLOCK_LIMIT_BYTES = 128;

    private static final String NOTHING = "nothing";

    private final List<TracedStep> reference;
    private final List<TracedStep> subject;

    /** The instruction of the reference that asks for what it was not told, null if none does. */
    private final @Nullable TracedStep asking;

    TraceComparison(Examination reference, Examination subject) {
        this(executed(reference), executed(subject), asking(reference));
    }

    private TraceComparison(
            List<TracedStep> reference, List<TracedStep> subject, @Nullable TracedStep asking) {
        long from = Math.max(firstStep(reference), firstStep(subject));
        this.reference = from(reference, from);
        this.subject = from(subject, from);
        this.asking = asking;
    }

    /** Returns a comparison of nothing. */
    static TraceComparison ofNothing() {
        return new TraceComparison(List.of(), List.of(), null);
    }

    private static @Nullable TracedStep asking(Examination examination) {
        boolean asks =
                examination.getEnd() == ExaminationEnd.EXAMINATION_END_INPUT
                        && examination.getTracedCount() > 0;
        TracedStep last = asks ? examination.getTracedList().getLast() : null;
        return last != null && last.getNextPc() == last.getPc() ? last : null;
    }

    private static List<TracedStep> executed(Examination examination) {
        int count = examination.getTracedCount() - (asking(examination) == null ? 0 : 1);
        return examination.getTracedList().subList(0, count);
    }

    private static long firstStep(List<TracedStep> trace) {
        return trace.isEmpty() ? 0 : trace.getFirst().getStep();
    }

    private static List<TracedStep> from(List<TracedStep> trace, long step) {
        return trace.stream().filter(traced -> traced.getStep() >= step).toList();
    }

    /**
     * Where two traces part.
     *
     * @param subject null where the subject executed nothing there
     * @param isOperand whether what differs was read there, and so is wrong since before
     */
    record Parting(
            TracedStep reference,
            @Nullable TracedStep subject,
            Difference difference,
            @Nullable Effect referenceEffect,
            @Nullable Effect subjectEffect,
            boolean isOperand) {}

    /** Returns the first step that is not the same on both sides, or null. */
    @Nullable Parting first() {
        int common = Math.min(reference.size(), subject.size());
        for (int i = 0; i < common; i++) {
            Parting parting = compare(reference.get(i), subject.get(i));
            if (parting != null) {
                return parting;
            }
        }
        return null;
    }

    /** Returns the last step that both sides have, after which only one of them ends; or null. */
    @Nullable Parting last(boolean referenceEnds) {
        int common = Math.min(reference.size(), subject.size());
        if (common == 0) {
            return null;
        }
        Difference difference =
                new Difference(
                        Difference.EXIT,
                        referenceEnds ? "ends" : "goes on",
                        referenceEnds ? "goes on" : "ends");
        return parting(reference.get(common - 1), subject.get(common - 1), difference, false);
    }

    private static @Nullable Parting compare(TracedStep left, TracedStep right) {
        if (left.getPc() != right.getPc()) {
            return parting(
                    left,
                    right,
                    Difference.ofAddresses(Difference.PC, left.getPc(), right.getPc()),
                    true);
        }
        if (left.getInstruction() != right.getInstruction()) {
            return parting(
                    left,
                    right,
                    Difference.ofAddresses(
                            Difference.INSTRUCTION,
                            Integer.toUnsignedLong(left.getInstruction()),
                            Integer.toUnsignedLong(right.getInstruction())),
                    true);
        }
        Parting read = compareOperands(left, right);
        return read == null ? compareEffects(left, right) : read;
    }

    private static Parting parting(
            TracedStep left, TracedStep right, Difference difference, boolean isOperand) {
        return new Parting(left, right, difference, null, null, isOperand);
    }

    private static @Nullable Parting compareOperands(TracedStep left, TracedStep right) {
        int common = Math.min(left.getOperandsCount(), right.getOperandsCount());
        for (int i = 0; i < common; i++) {
            Effect read = left.getOperands(i);
            Effect other = right.getOperands(i);
            if (!read.equals(other)) {
                return new Parting(left, right, difference(read, other), read, other, true);
            }
        }
        return null;
    }

    private static @Nullable Parting compareEffects(TracedStep left, TracedStep right) {
        int most = Math.max(left.getEffectsCount(), right.getEffectsCount());
        for (int i = 0; i < most; i++) {
            Effect done = i < left.getEffectsCount() ? left.getEffects(i) : null;
            Effect other = i < right.getEffectsCount() ? right.getEffects(i) : null;
            if (done == null || !done.equals(other)) {
                return new Parting(
                        left, right, difference(left, done, right, other), done, other, false);
            }
        }
        return left.getNextPc() == right.getNextPc()
                ? null
                : parting(
                        left,
                        right,
                        Difference.ofAddresses(Difference.PC, left.getNextPc(), right.getNextPc()),
                        false);
    }

    /** A transfer that one side did not take shows best where the sides went. */
    private static Difference difference(
            TracedStep left, @Nullable Effect done, TracedStep right, @Nullable Effect other) {
        boolean isTransfer =
                (done == null || done.getSlot() == Digest.TRANSFER)
                        && (other == null || other.getSlot() == Digest.TRANSFER);
        return isTransfer
                ? Difference.ofAddresses(
                        Slot.name(Digest.TRANSFER), left.getNextPc(), right.getNextPc())
                : difference(done, other);
    }

    private static Difference difference(@Nullable Effect done, @Nullable Effect other) {
        int slot = done != null ? done.getSlot() : other != null ? other.getSlot() : 0;
        return new Difference(Slot.name(slot), text(slot, done), text(slot, other));
    }

    private static String text(int slot, @Nullable Effect effect) {
        if (effect == null) {
            return NOTHING;
        }
        boolean isKnown =
                effect.getSlot() == slot || (Slot.isStore(slot) && Slot.isStore(effect.getSlot()));
        String name = isKnown ? "" : Slot.name(effect.getSlot()) + " = ";
        return name + Slot.value(effect);
    }

    /** Returns what the reference did at a step, or was about to ask; or null. */
    @Nullable TracedStep ofReference(long step) {
        return asking != null && asking.getStep() == step ? asking : at(reference, step);
    }

    /** A write of the reference. */
    record Write(TracedStep step, Effect effect) {}

    /** Returns the reference's last write to a register before a step, or null. */
    @Nullable Write lastWriteTo(int slot, long beforeStep) {
        return lastWrite(beforeStep, effect -> effect.getSlot() == slot);
    }

    /** Returns the reference's last store to a byte before a step, or null. */
    @Nullable Write lastStoreTo(long address, long beforeStep) {
        return lastWrite(
                beforeStep,
                effect ->
                        Slot.isStore(effect.getSlot())
                                && Long.compareUnsigned(
                                                address - effect.getAddress(),
                                                Slot.storedBytes(effect.getSlot()))
                                        < 0);
    }

    private @Nullable Write lastWrite(long beforeStep, Predicate<Effect> isSought) {
        for (TracedStep step : reference.reversed()) {
            if (step.getStep() < beforeStep) {
                for (Effect effect : step.getEffectsList().reversed()) {
                    if (isSought.test(effect)) {
                        return new Write(step, effect);
                    }
                }
            }
        }
        return null;
    }

    /** Returns what the subject did at a step, or null. */
    @Nullable TracedStep ofSubject(long step) {
        return at(subject, step);
    }

    private static @Nullable TracedStep at(List<TracedStep> trace, long step) {
        return trace.stream().filter(s -> s.getStep() == step).findFirst().orElse(null);
    }

    List<TracedStep> lastOfReference(long step) {
        return last(reference, step);
    }

    List<TracedStep> lastOfSubject(long step) {
        return last(subject, step);
    }

    /** Returns the last steps up to and with one. */
    private static List<TracedStep> last(List<TracedStep> trace, long step) {
        List<TracedStep> until = trace.stream().filter(s -> s.getStep() <= step).toList();
        return until.subList(Math.max(0, until.size() - Bounds.SHOWN_STEPS), until.size());
    }

    List<ExecutedBlock> blocksOfReference(long step) {
        return blocks(reference, step);
    }

    List<ExecutedBlock> blocksOfSubject(long step) {
        return blocks(subject, step);
    }

    /**
     * Returns the last blocks up to the one with a step in it. What ends a block is seen from
     * outside here: where the addresses do not go on, or come to a limit. So a branch that is not
     * taken does not end one.
     */
    private static List<ExecutedBlock> blocks(List<TracedStep> trace, long step) {
        Deque<ExecutedBlock> blocks = new ArrayDeque<>();
        ExecutedBlock.@Nullable Builder open = null;
        for (TracedStep traced : trace) {
            if (open == null) {
                if (traced.getStep() > step) {
                    break;
                }
                open = ExecutedBlock.newBuilder().setStep(traced.getStep()).setPc(traced.getPc());
            }
            open.setStepCount(open.getStepCount() + 1);
            if (endsBlock(traced)) {
                blocks.add(open.build());
                open = null;
            }
            if (blocks.size() > Bounds.SHOWN_BLOCKS) {
                blocks.remove();
            }
        }
        if (open != null) {
            blocks.add(open.build());
        }
        List<ExecutedBlock> all = new ArrayList<>(blocks);
        return all.subList(Math.max(0, all.size() - Bounds.SHOWN_BLOCKS), all.size());
    }

    private static boolean endsBlock(TracedStep step) {
        boolean parts =
                step.getEffectsList().stream()
                        .mapToInt(Effect::getSlot)
                        .anyMatch(slot ->
                                slot == Digest.TRANSFER
                                        || slot == Digest.TRAP
                                        || (slot >= Digest.CSR && slot != Slot.FCSR));
        return parts || step.getPc() / BLOCK_LIMIT_BYTES != step.getNextPc() / BLOCK_LIMIT_BYTES;
    }

    /**
     * Tells a step of both sides, and what led there.
     *
     * @param right null if nothing is known of the subject
     */
    void addTo(Evidence.Builder evidence, TracedStep left, @Nullable TracedStep right) {
        long step = left.getStep();
        evidence.setReference(left);
        if (right != null) {
            evidence.setSubject(right);
        }
        evidence.addAllReferenceTrace(lastOfReference(step))
                .addAllSubjectTrace(lastOfSubject(step))
                .addAllReferenceBlocks(blocksOfReference(step))
                .addAllSubjectBlocks(blocksOfSubject(step));
    }
}
