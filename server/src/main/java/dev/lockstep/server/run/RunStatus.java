package dev.lockstep.server.run;

import java.time.Instant;

/**
 * A run as it stands.
 *
 * @param report its account so far, without the divergences, of which there may be many; before it
 *     has ended, the verdict in it says nothing
 */
public record RunStatus(
        RunSpec spec, Instant created, Stage stage, long divergenceCount, RunReport report) {
    /** How far a run has come. */
    public enum Stage {
        /** Engines are missing. */
        ASSEMBLING,
        /** The engines execute, or are asked for their accounts. */
        RUNNING,
        /** There is a verdict, and the engines have given their accounts. */
        ENDED
    }
}
