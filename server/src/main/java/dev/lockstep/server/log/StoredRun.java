package dev.lockstep.server.log;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalInt;

/**
 * A run as the store knows it.
 *
 * @param id unique in the store, rising with time
 * @param command the command line that created it
 * @param ownerProcessId process of the coordinator
 * @param runtimeDirectory where that coordinator's sockets are
 * @param compared what is known to be equal; lags a run in progress by about a second
 * @param elapsedMs up to the verdict; lags likewise
 * @param verdict null while the run is in progress
 * @param refusal as in {@link RunReport}
 */
public record StoredRun(
        long id,
        String name,
        Instant created,
        String command,
        long ownerProcessId,
        Path runtimeDirectory,
        Compared compared,
        long elapsedMs,
        @Nullable Verdict verdict,
        @Nullable String refusal) {
    /** Returns the status the command that ran it exited with; empty while it is in progress. */
    public OptionalInt exitCode() {
        return verdict == null
                ? OptionalInt.empty()
                : OptionalInt.of(RunReport.exitCode(verdict, refusal));
    }
}
