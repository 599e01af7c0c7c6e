package dev.lockstep.riscv.command;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Rewindable;

/**
 * Reports what a guest executes, in one of the units in which that can be done. Belongs to the
 * engine's thread.
 */
interface Recorder extends Rewindable {
    /** Reports nothing: a free run. */
    Recorder NONE =
            new Recorder() {
                @Override
                public Recording recording() {
                    return Recording.FREE;
                }

                @Override
                public long horizon() {
                    return Long.MAX_VALUE;
                }

                @Override
                public void closeBlock(Hart hart) {
                    hart.openDigest = 0;
                }

                @Override
                public boolean come(Hart hart) {
                    return false;
                }

                @Override
                public void goOn(Hart hart, long windowSteps, long windowBlocks) {}

                @Override
                public void end(Hart hart) {}

                @Override
                public Runnable checkpoint() {
                    return () -> {};
                }
            };

    /** Returns what the engine is to compile into its code. */
    Recording recording();

    /** Returns the step at or after which {@link #come} has something to do. */
    long horizon();

    /** Completes the report of a block that the engine handed back in the middle. */
    void closeBlock(Hart hart);

    /**
     * The guest has come to a block end; waits as long as nothing more may be reported. Returns
     * whether all is reported up to here, which is so now and then.
     */
    boolean come(Hart hart);

    /** The guest goes on in the middle of a window, of which so much lies behind it. */
    void goOn(Hart hart, long windowSteps, long windowBlocks);

    /** Reports what has not been reported yet, at the guest's end. */
    void end(Hart hart);
}
