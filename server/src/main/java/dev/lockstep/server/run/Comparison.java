package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.State;

import org.jspecify.annotations.Nullable;

/**
 * Compares one subject with the reference. Both sides' items come in their own order; whenever both
 * sides have something, it is compared and forgotten.
 */
final class Comparison {
    private final RunSpec spec;
    private final Counting counting;
    private final boolean digestsCount;
    private final Reporter reporter;
    private final Lane reference;
    private final Lane subject;
    private final Findings findings;
    private final Closing closing;
    private Stage stage;

    /**
     * Creates a comparison.
     *
     * @param engine name of the subject
     * @param strength whether records have digests that mean something
     */
    Comparison(RunSpec spec, String engine, Strength strength, Reporter reporter) {
        this.spec = spec;
        this.reporter = reporter;
        counting = Counting.of(spec, strength);
        reference = new Lane(counting);
        subject = new Lane(counting);
        Origin origin = spec.origin();
        if (origin != null) {
            reference.restart(origin.step(), origin.pc());
            subject.restart(origin.step(), origin.pc());
        }
        digestsCount = counting.hasDigests() && !spec.profile().isQemu();
        findings = new Findings(engine, spec.policy(), reporter);
        closing = new Closing(spec.stepLimit(), reference, subject, findings);
        stage =
                spec.window().isFromStart()
                        ? pairing()
                        : new Prelude(
                                spec.window(),
                                reference,
                                subject,
                                findings,
                                closing,
                                () -> stage = pairing());
    }

    /** Takes what the reference reports, and compares as far as that allows. */
    void addReference(Item item) {
        add(reference, item);
    }

    /** Takes what the subject reports, and compares as far as that allows. */
    void addSubject(Item item) {
        add(subject, item);
    }

    /** Takes note that the subject is gone without an end. */
    void subjectGone() {
        if (!over()) {
            stage.subjectGone();
        }
    }

    /** Returns whether it waits for somebody who looks closer at a difference. */
    boolean suspended() {
        return findings.suspended();
    }

    /** Goes on after somebody has looked closer at the difference at which it waits. */
    void resolve(Divergence divergence) {
        findings.resolve(divergence);
        advance();
    }

    /** Returns where the reference stands, so that the subject can be brought there. */
    long referenceStep() {
        return reference.step();
    }

    /** Returns whether another divergence would be one too many. */
    boolean atLimit() {
        return findings.atLimit();
    }

    /** Goes on with a subject that was brought to where the reference stands. */
    void resynced(Divergence divergence) {
        reference.settle();
        subject.restart(reference.step(), reference.pc());
        stage.resynced();
        findings.resynced(divergence);
        advance();
    }

    /** Returns whether records are windows. */
    boolean hasWindows() {
        return counting.windows();
    }

    /**
     * Goes on after a difference that is to be ignored, with a subject that was brought to where
     * the reference was right after it. In the record that they are in all else is still compared.
     */
    void ignored(State state, long nextPc) {
        if (hasWindows()) {
            subject.restart(reference.pieceStep(), reference.piecePc());
        } else {
            subject.restartWithin(reference, state.getStep(), nextPc, state.getDigest());
        }
        stage.ignored();
        findings.ignored();
        advance();
    }

    /** Returns the last input that both sides have passed before a step, or null. */
    @Nullable InputRequest inputBefore(long step) {
        return findings.inputBefore(step);
    }

    /** Returns whether nothing more is compared. */
    boolean over() {
        return !findings.open();
    }

    /** Returns whether it was the step limit that ended the comparison. */
    boolean limited() {
        return closing.limited();
    }

    /** Returns whether a side had no more to tell, though its guest would have gone on. */
    boolean cutOff() {
        return closing.cutOff();
    }

    /** Returns what the comparison has come to; INCOMPLETE until it is over. */
    Verdict verdict() {
        return findings.verdict();
    }

    /** Returns whether the subject differs, and it is known that this is the verdict. */
    boolean diverged() {
        return verdict() == Verdict.DIVERGED;
    }

    /** Returns whether it is over without the subject having been found equal in the end. */
    boolean failed() {
        return over() && (diverged() || verdict() == Verdict.VACUOUS);
    }

    /** Returns how many records of the reference the subject has caught up with. */
    long referenceRecords() {
        return caughtUp(reference, subject);
    }

    /** Returns how many records of the subject the reference has caught up with. */
    long subjectRecords() {
        return caughtUp(subject, reference);
    }

    /**
     * A side that stands beyond the other's next report waits with its last record. So, however
     * small the window, the side that is behind has the next move.
     */
    private static long caughtUp(Lane lane, Lane other) {
        boolean isAhead = lane.pieceRecords() > 0 && lane.step() > other.frontier();
        return lane.takenRecords() - (isAhead ? 1 : 0);
    }

    /** Returns how many pairs of blocks were compared. */
    long pairs() {
        return findings.distances().passedPairs();
    }

    /** Returns whether what was compared last is equal. */
    boolean lastEqual() {
        return findings.lastEqual();
    }

    Lane reference() {
        return reference;
    }

    Lane subject() {
        return subject;
    }

    /** Returns how many inputs both sides have asked for. */
    long passedInputs() {
        return findings.passedInputs();
    }

    /** Returns the bytes of input, counted by the reference, that the subject has asked for. */
    long inputBytes() {
        return findings.inputBytes();
    }

    /** Returns the step from which on engines are to keep their past. */
    long keptStep() {
        return stage.keptStep(agreedStep());
    }

    /** Returns the step up to which both sides were compared. */
    long agreedStep() {
        return reference.pieceStep();
    }

    Compared compared() {
        return findings.compared(digestsCount);
    }

    private void add(Lane lane, Item item) {
        if (findings.open()) {
            lane.add(item);
            advance();
        }
    }

    private void advance() {
        boolean moved = true;
        while (moved && findings.open() && !findings.suspended()) {
            moved = stage.advance();
        }
    }

    private Stage pairing() {
        return switch (spec.profile().base()) {
            case DEFAULT -> new StepPairing(reference, subject, findings, closing, counting);
            case QEMU ->
                    new BlockPairing(
                            reference,
                            subject,
                            findings,
                            closing,
                            new QemuPlugin(spec.verbose(), findings.distances(), reporter::said));
        };
    }
}
