package dev.lockstep.server.run;

/** Hears what happens in a run, on the run's thread; must not block. */
public interface RunListener {
    /** Called when all engines have taken their places. */
    default void runStarted() {}

    /** Called a few times a second while the engines run. */
    default void progressed(Progress progress) {}

    /** Called when a difference is found, before the engines are halted. */
    default void diverged(Divergence divergence) {}

    /**
     * Called once, last; for the creator of a run after the log has taken or refused the report.
     */
    default void ended(RunReport report) {}
}
