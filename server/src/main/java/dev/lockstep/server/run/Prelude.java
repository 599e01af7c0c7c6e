package dev.lockstep.server.run;

/**
 * The part of a run before its window. What differs here does not matter, as long as the inputs of
 * the reference can be forced on the subject.
 */
final class Prelude extends Alignment {
    private final Window window;
    private final Findings findings;
    private final Closing closing;
    private final Runnable begin;
    private boolean reached;

    /**
     * Creates a prelude.
     *
     * @param begin runs once both sides stand where the window begins
     */
    Prelude(
            Window window,
            Lane reference,
            Lane subject,
            Findings findings,
            Closing closing,
            Runnable begin) {
        super(reference, subject);
        this.window = window;
        this.findings = findings;
        this.closing = closing;
        this.begin = begin;
    }

    @Override
    public boolean advance() {
        // A reference that has reported nothing has no pc either.
        reached |= reference.begun() && window.beginsAt(reference.step(), reference.pc());
        boolean settled = reference.pieceRecords() == 0 && subject.pieceRecords() == 0;
        if (reached && settled && subject.begun()) {
            begin.run();
        } else if (closing.isOverrun()) {
            missAtEnd();
        } else {
            return super.advance();
        }
        return true;
    }

    @Override
    void meet() {
        reference.settle();
        subject.settle();
    }

    @Override
    void meet(Item.Barrier left, Item.Barrier right) {
        if (left instanceof Item.Input asked && right instanceof Item.Input alsoAsked) {
            if (BarrierComparator.sameCall(asked.question(), alsoAsked.question())) {
                findings.passInput(asked, false);
                reference.passBarrier();
                subject.passBarrier();
            } else {
                miss(BarrierComparator.mixed(left, right));
            }
        } else if (left instanceof Item.End && right instanceof Item.End) {
            missAtEnd();
        } else {
            miss(BarrierComparator.mixed(left, right));
        }
    }

    @Override
    void take(Rows left, Rows right) {
        reference.take(left);
        subject.take(right);
    }

    @Override
    void pass(Item.Barrier barrier, boolean byReference) {
        miss(BarrierComparator.passed(barrier, byReference));
    }

    @Override
    void reach(Lane lane) {
        // However long it takes: what was taken is not kept.
    }

    private void missAtEnd() {
        findings.missWindow(
                "the end came at step %d, before %s".formatted(reference.step(), begin()));
    }

    private void miss(Difference difference) {
        findings.missWindow(
                "before %s, the reference has \"%s\" where it has \"%s\""
                        .formatted(begin(), difference.reference(), difference.subject()));
    }

    private String begin() {
        String step = "step " + window.fromStep();
        return window.fromPc() == null
                ? step
                : "pc " + Difference.hex(window.fromPc()) + " from " + step + " on";
    }
}
