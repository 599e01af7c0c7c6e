package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.State;
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
                public long horizonAfter(long step) {
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
                public void goOn(Hart hart, State state) {}

                @Override
                public long unreportedSteps(Hart hart) {
                    return 0;
                }

                @Override
                public long unreportedPc(Hart hart) {
                    return hart.pc;
                }

                @Override
                public void end(Hart hart) {}

                @Override
                public Runnable checkpoint() {
                    return () -> {};
                }
            };

    /** The guest begins here: at its entry, or where a state was taken. */
    default void begin(Hart hart) {}

    /** Returns what the engine is to compile into its code. */
    Recording recording();

    /** Returns the step at or after which {@link #come} has something to do. */
    long horizon();

    /** Returns what {@link #horizon} is after it was come to at a step. */
    long horizonAfter(long step);

    /** Completes the report of a block that the engine handed back in the middle. */
    void closeBlock(Hart hart);

    /**
     * The guest has come to a block end; waits as long as nothing more may be reported. Returns
     * whether all is reported up to here, which is so now and then.
     */
    boolean come(Hart hart);

    /** Waits until the engine can add another record, where it adds any. */
    default void makeRoom() {}

    /** The guest goes on in this state, which the hart has already. */
    void goOn(Hart hart, State state);

    /** Returns how many steps of the record that the guest is in lie behind it. */
    long unreportedSteps(Hart hart);

    /** Returns where that record began. */
    long unreportedPc(Hart hart);

    /** Reports what has not been reported yet, at the guest's end. */
    void end(Hart hart);
}
