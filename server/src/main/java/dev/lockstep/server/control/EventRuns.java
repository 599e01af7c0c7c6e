package dev.lockstep.server.control;

import dev.lockstep.server.run.EngineSpec;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the service Logs asks of the log of runs. Thread-safe; futures complete on any thread. */
public interface EventRuns {
    /**
     * A run that may have event logs.
     *
     * @param number in the log of runs
     * @param ended whether it has its verdict
     * @param isOwn whether it is one of this coordinator's
     * @param engines those that are known by now
     */
    record EventRun(
            long number, String name, boolean ended, boolean isOwn, List<EngineSpec> engines) {}

    /** Returns the run of this number, or the newest of this name. */
    CompletableFuture<Optional<EventRun>> find(String numberOrName);
}
