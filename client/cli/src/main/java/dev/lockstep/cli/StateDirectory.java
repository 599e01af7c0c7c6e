package dev.lockstep.cli;

import dev.lockstep.cli.text.Words;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** Returns a command line, with what it needs to find this log. */
    static String command(Path log, String... words) {
        List<String> all = new ArrayList<>(List.of("lockstep"));
        all.addAll(List.of(words));
        if (!log.equals(defaultPath(System.getenv()))) {
            all.addAll(List.of("--state-dir", log.toString()));
        }
        return Words.join(all);
    }

    static Path defaultPath(Map<String, String> environment) {
        String stateHome = environment.getOrDefault("XDG_STATE_HOME", "");
        if (stateHome.startsWith("/")) {
            return Path.of(stateHome, "lockstep");
        }
        // Java's idea of a home is not the user's, who may have set another.
        String home = environment.getOrDefault("HOME", "");
        String base = home.startsWith("/") ? home : System.getProperty("user.home");
        return Path.of(base, ".local", "state", "lockstep");
    }
}
