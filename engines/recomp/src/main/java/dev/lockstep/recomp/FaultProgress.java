package dev.lockstep.recomp;

import dev.lockstep.riscv.Rewindable;

import java.util.function.Consumer;

/**
 * How far the guest is on its way to a fault's place. All engines of a guest share it, of which
 * only one executes at a time; and it goes back with them.
 */
final class FaultProgress implements Rewindable {
    private final Consumer<String> log;
    private boolean over;
    private boolean settled;
    private long occurrences;

    /**
     * @param log is told once, what was done and where, however often it is done again
     */
    FaultProgress(Consumer<String> log) {
        this.log = log;
    }

    /** Returns whether the place was reached, and so nothing more will go wrong. */
    boolean isOver() {
        return over;
    }

    /** Returns whether it is known what became of the fault: it was done, or cannot be done. */
    boolean isSettled() {
        return settled;
    }

    void settle() {
        settled = true;
    }

    long occurrences() {
        return occurrences;
    }

    void count() {
        occurrences++;
    }

    void done(Fault fault, long step, String place) {
        over = true;
        if (!settled) {
            settle();
            log.accept("fault " + fault + ": done at step " + step + ", " + place);
        }
    }

    @Override
    public Runnable checkpoint() {
        boolean wasOver = over;
        long count = occurrences;
        return () -> {
            over = wasOver;
            occurrences = count;
        };
    }
}
