package dev.lockstep.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Map;

/** The option that says where the log of runs is. */
final class StateDirectory {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where the log of runs is; default: $XDG_STATE_HOME/lockstep or"
                            + " ~/.local/state/lockstep.")
    private @Nullable Path chosen;

    Path path() {
        return chosen == null ? defaultPath(System.getenv()) : chosen;
    }

    static Path defaultPath(Map<String, String> environment) {
        String stateHome = environment.getOrDefault("XDG_STATE_HOME", "");
        return stateHome.startsWith("/")
                ? Path.of(stateHome, "lockstep")
                : Path.of(System.getProperty("user.home"), ".local", "state", "lockstep");
    }
}
