package dev.lockstep.server.run;

import dev.lockstep.proto.v1.EventBatch;

import java.util.Set;

/** Hears what happens in a run, on the run's thread; must not block. */
public interface RunListener {
    /** Called first, when the run waits for its engines. */
    default void runCreated() {}

    /**
     * Called before {@link #runStarted} in a run that wants events, with the engines that tell
     * them.
     */
    default void eventsAwaited(Set<String> engines) {}

    /** Called when all engines have taken their places. */
    default void runStarted() {}

    /** Called a few times a second while the engines run. */
    default void progressed(Progress progress) {}

    /**
     * Called with what has happened to a guest, in order; only in a run that wants events.
     *
     * @param events their kinds, sizes and indices are in order; their payloads are yet to be read
     * @throws ProtocolException if a payload is not what it has to be: then nothing of the batch is
     *     taken
     */
    default void emitted(String engine, EventBatch events) throws ProtocolException {}

    /**
     * Returns whether this listener can take more divergences and events. While it cannot, the
     * engines get no more credit.
     */
    default boolean keepsUp() {
        return true;
    }

    /** Called when a difference is found, before the engines are halted. */
    default void diverged(Divergence divergence) {}

    /**
     * Called when a subject is compared no further while others are.
     *
     * @param halt to be called when that may be known, on the run's thread
     */
    default void dropped(Runnable halt) {
        halt.run();
    }

    /** Called with what a profile says in its own words; the text has its own line ends. */
    default void said(String text) {}

    /**
     * Called right before {@link #concluded}, with the inputs of a run that is worth repeating: it
     * has diverged, or its creator wished it.
     */
    default void recorded(InputRecord inputs) {}

    /**
     * Called once, when there is a verdict that nobody knows yet.
     *
     * @param report the account so far, without divergences and without what the engines say last
     * @param halt to be called when the verdict may be known, on the run's thread
     */
    default void concluded(RunReport report, Runnable halt) {
        halt.run();
    }

    /**
     * Called once, last; for the creator of a run after the log has taken or refused the report.
     */
    default void ended(RunReport report) {}
}
