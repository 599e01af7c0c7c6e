package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import java.nio.file.Files;
import java.nio.file.Path;

/** The script that started this command and starts the engines. */
final class Launcher {
    private static final String PROPERTY = "lockstep.launcher";

    private Launcher() {}

    /**
     * Returns its path.
     *
     * @throws ConfigException if this command was started another way
     */
    static Path path() {
        String path = System.getProperty(PROPERTY, "");
        if (!Files.isExecutable(Path.of(path)) || path.isEmpty()) {
            throw new ConfigException(
                    "launcher '%s' is not an executable file; start lockstep by its launcher script, or set -D%s to it"
                            .formatted(path, PROPERTY));
        }
        return Path.of(path);
    }
}
