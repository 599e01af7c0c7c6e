package dev.lockstep.server.capture;

import dev.lockstep.server.run.CaptureListener;
import dev.lockstep.server.run.CaptureOrder;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The runs of which snapshots can be taken. Thread-safe. */
public interface CaptureRuns {
    /**
     * What is known of a run.
     *
     * @param id its number in the log of runs; 0 if it is in none
     * @param launch how its program was started; see {@link dev.lockstep.server.run.RunSpec#launch}
     */
    record CapturedRun(String name, long id, String launch) {}

    /** Returns the thread of the runs. */
    Executor thread();

    /**
     * Orders states of the engines of a run.
     *
     * @return empty if no run of this name is in progress; fails with a {@link
     *     dev.lockstep.server.run.CaptureRefusedException} if there can be no such states
     */
    CompletableFuture<Optional<CapturedRun>> capture(
            String run, CaptureOrder order, CaptureListener listener);
}
