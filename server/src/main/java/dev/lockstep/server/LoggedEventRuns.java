package dev.lockstep.server;

import dev.lockstep.server.control.EventRuns;
import dev.lockstep.server.log.RunLog;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.EngineSpec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds runs in the log of runs, also those of other coordinators. */
final class LoggedEventRuns implements EventRuns {
    private final RunLog log;
    private final Path runtimeDirectory;

    /**
     * @param runtimeDirectory that of this coordinator
     */
    LoggedEventRuns(RunLog log, Path runtimeDirectory) {
        this.log = log;
        this.runtimeDirectory = runtimeDirectory.toAbsolutePath();
    }

    @Override
    public CompletableFuture<Optional<EventRun>> find(String numberOrName) {
        return log.find(numberOrName)
                .thenCompose(found ->
                        found.map(this::withEngines)
                                .orElse(CompletableFuture.completedFuture(Optional.empty())));
    }

    private CompletableFuture<Optional<EventRun>> withEngines(StoredRun run) {
        return log.engines(run.id()).thenApply(engines -> Optional.of(run(run, engines)));
    }

    private EventRun run(StoredRun run, List<EngineSpec> engines) {
        return new EventRun(
                run.id(),
                run.name(),
                run.verdict() != null,
                run.runtimeDirectory().equals(runtimeDirectory),
                engines);
    }
}
