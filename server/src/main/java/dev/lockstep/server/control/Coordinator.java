package dev.lockstep.server.control;

import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.RunStatus;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the services ask of the runs. Thread-safe; futures complete on any thread. */
public interface Coordinator {
    /** Returns what a run is to be where its creator does not say; empty if none is taken. */
    Optional<RunDefaults> defaults();

    /**
     * Creates a run. Completes with a {@link dev.lockstep.server.run.ConfigException} if it cannot
     * be.
     */
    CompletableFuture<RunStatus> create(RunSpec spec);

    /** Returns the runs in progress and the last that ended, newest first. */
    CompletableFuture<List<RunStatus>> list();

    /** Returns the newest run of this name. */
    CompletableFuture<Optional<RunStatus>> find(String run);

    /** Ends a run INCOMPLETE unless it has its verdict; returns it as it then is. */
    CompletableFuture<Optional<RunStatus>> abandon(String run, String reason);

    /**
     * Returns divergences of a run in the order they were found; empty when there is no such run.
     *
     * @param first number of the first one wanted, from 1
     */
    CompletableFuture<Optional<List<Divergence>>> divergences(String run, long first, int count);
}
