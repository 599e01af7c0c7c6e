package dev.lockstep.cli;

import dev.lockstep.server.events.LogText;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An event log as the command line names it: a file, or {@code run:RUN/ENGINE}. */
final class EventLogArgument {
    private static final String RUN = "run:";

    private final RunLogOption runs;
    private final Path temporaryDirectory;

    /**
     * @param runs where the logs of runs are
     * @param temporaryDirectory for what can be read only once
     */
    EventLogArgument(RunLogOption runs, Path temporaryDirectory) {
        this.runs = runs;
        this.temporaryDirectory = temporaryDirectory;
    }

    /**
     * Opens it.
     *
     * @throws ConfigException if there is none
     */
    LogText open(String argument) throws IOException {
        if (argument.equals("-")) {
            throw new ConfigException("-: no log (expected: /dev/stdin for standard input)");
        }
        return isFile(argument)
                ? LogText.open(Path.of(argument), temporaryDirectory)
                : ofRun(argument);
    }

    /**
     * Checks that two logs can be read at the same time.
     *
     * @throws ConfigException if both are one pipe
     */
    static void checkCanBothBeRead(String reference, String subject) throws IOException {
        if (!isFile(reference) || !isFile(subject)) {
            return;
        }
        Path one = Path.of(reference);
        Path other = Path.of(subject);
        if (Files.exists(one)
                && !Files.isRegularFile(one)
                && !Files.isDirectory(one)
                && Files.exists(other)
                && Files.isSameFile(one, other)) {
            throw new ConfigException(
                    "%s: is both logs, and can be read only once (expected: two logs)"
                            .formatted(reference));
        }
    }

    /** Returns whether a file is named. */
    static boolean isFile(String argument) {
        return !argument.startsWith(RUN);
    }

    private LogText ofRun(String argument) throws IOException {
        String[] parts = argument.substring(RUN.length()).split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new ConfigException(
                    "%s (expected: run:RUN/ENGINE, as run:12/interp; a file of that name is ./%1$s)"
                            .formatted(argument));
        }
        try (RunStore store = runs.open()) {
            return new KeptEvents(runs.directory(), runs.find(store, parts[0])).log(parts[1]);
        }
    }
}
