package dev.lockstep.gdb;

import org.jspecify.annotations.Nullable;

/**
 * What the last steps did. A stub cannot go back; a guest that does is told from here what the stub
 * has done, until it comes to where that stands.
 */
final class StepLog {
    /** Steps remembered; more than engines may be ahead of what is agreed upon. */
    static final int STEPS = 1 << 18;

    private final @Nullable StepOutcome[] outcomes = new StepOutcome[STEPS];
    private long end;

    /** Returns whether a step lies before what the stub did last. */
    boolean covers(long step) {
        return step < end;
    }

    /** Adds what a step did; steps in between were not the stub's. */
    void add(long step, StepOutcome outcome) {
        outcomes[slot(step)] = outcome;
        end = step + 1;
    }

    /**
     * Returns what a step did.
     *
     * @throws StubException if that was forgotten
     */
    StepOutcome get(long step) {
        StepOutcome outcome = outcomes[slot(step)];
        if (step < end - STEPS || outcome == null) {
            throw new StubException(
                    "step %d cannot be looked at again: only the last %d before step %d are remembered"
                            .formatted(step, STEPS, end));
        }
        return outcome;
    }

    /** Forgets a step and those behind it. */
    void forgetFrom(long step) {
        end = Math.min(end, step);
    }

    private static int slot(long step) {
        return (int) (step % STEPS);
    }
}
