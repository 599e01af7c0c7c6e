package dev.lockstep.server;

import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Where a coordinator lives.
 *
 * @param runtimeDirectory holds its sockets; this coordinator's alone, created with mode 0700
 * @param stateDirectory holds the log of runs; shared with other coordinators
 * @param clock time of day for the log
 */
public record ServerConfig(Path runtimeDirectory, Path stateDirectory, InstantSource clock) {
    public ServerConfig(Path runtimeDirectory, Path stateDirectory) {
        this(runtimeDirectory, stateDirectory, InstantSource.system());
    }
}
