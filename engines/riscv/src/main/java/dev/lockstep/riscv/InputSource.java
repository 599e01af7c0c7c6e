package dev.lockstep.riscv;

import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Decides what the world answers: by asking it (a free run, the reference) or by what it answered
 * the reference.
 */
@FunctionalInterface
public interface InputSource {
    /** Asks the world at every call; for free runs. */
    InputSource HOST = (call, perform) -> perform.get();

    /**
     * Returns the answer to {@code call}. Does not apply it.
     *
     * @param perform asks the host; called at most once, and never for a subject
     */
    InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform);

    /**
     * Returns whether the world is ever asked here, which it is not by a subject, nor where all
     * answers are known from an earlier run.
     */
    default boolean performs() {
        return true;
    }

    /** Tells the world that what it has answered is asked once more; it does not answer again. */
    default void askAgain(InputCall call) {}

    /**
     * Does the same for a call whose effect is to be seen in a replay, too.
     *
     * @param replayed takes the result if it was recorded in an earlier run, so that nobody has
     *     performed the call; called at most once
     */
    default InputAnswer obtain(
            InputCall call, Supplier<InputAnswer> perform, LongConsumer replayed) {
        return obtain(call, perform);
    }
}
