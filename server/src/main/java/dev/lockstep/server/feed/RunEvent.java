package dev.lockstep.server.feed;

import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunStatus;

/** Something that happened to a run. */
public sealed interface RunEvent {
    /** Returns the name of the run. */
    String run();

    /** Returns the number of the run in the log, 0 if the log refused it. */
    long runId();

    /** The run waits for its engines. */
    record Created(long runId, RunStatus status) implements RunEvent {
        @Override
        public String run() {
            return status.spec().name();
        }
    }

    /** All its engines have come. */
    record Started(long runId, RunStatus status) implements RunEvent {
        @Override
        public String run() {
            return status.spec().name();
        }
    }

    /**
     * A difference was found.
     *
     * @param number its place among the divergences of the run, from 1
     */
    record Diverged(long runId, String run, long number, Divergence divergence)
            implements RunEvent {}

    /** There is a verdict. */
    record Ended(long runId, RunStatus status) implements RunEvent {
        @Override
        public String run() {
            return status.spec().name();
        }
    }
}
