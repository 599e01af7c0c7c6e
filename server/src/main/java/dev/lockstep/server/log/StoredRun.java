package dev.lockstep.server.log;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.RunReport;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A run as the store knows it.
 *
 * @param id unique in the store, rising with time
 * @param command the command line that created it
 * @param ownerProcessId process of the coordinator
 * @param runtimeDirectory where that coordinator's sockets are
 * @param compared what is known to be equal; lags a run in progress by about a second
 * @param report the account, empty while the run is in progress
 */
public record StoredRun(
        long id,
        String name,
        Instant created,
        String command,
        long ownerProcessId,
        Path runtimeDirectory,
        Compared compared,
        Optional<RunReport> report) {}
