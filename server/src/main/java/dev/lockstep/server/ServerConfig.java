package dev.lockstep.server;

import dev.lockstep.server.run.RunDefaults;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where a coordinator lives, and what it takes.
 *
 * @param runtimeDirectory holds its sockets; this coordinator's alone, created with mode 0700
 * @param stateDirectory holds the log of runs; shared with other coordinators
 * @param clock time of day for the log
 * @param standing what a run is to be that a client of the services asks for, or an engine that
 *     joins one nobody has created; empty if the coordinator takes no such runs
 * @param reconnectGrace how long the place of an engine is kept whose connection broke; zero for
 *     not at all
 */
public record ServerConfig(
        Path runtimeDirectory,
        Path stateDirectory,
        InstantSource clock,
        Optional<RunDefaults> standing,
        Duration reconnectGrace) {
    /** Describes a coordinator that runs what its own process creates. */
    public ServerConfig(Path runtimeDirectory, Path stateDirectory) {
        this(
                runtimeDirectory,
                stateDirectory,
                InstantSource.system(),
                Optional.empty(),
                Duration.ZERO);
    }

    /** Describes a coordinator that takes everybody's runs. */
    public ServerConfig(Path runtimeDirectory, Path stateDirectory, RunDefaults standing) {
        this(
                runtimeDirectory,
                stateDirectory,
                InstantSource.system(),
                Optional.of(standing),
                Duration.ZERO);
    }

    /** Describes the same, which keeps places of engines whose connections broke. */
    public ServerConfig withReconnectGrace(Duration grace) {
        return new ServerConfig(runtimeDirectory, stateDirectory, clock, standing, grace);
    }
}
