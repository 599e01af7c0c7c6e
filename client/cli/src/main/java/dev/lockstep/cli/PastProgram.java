package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.Words;
import dev.lockstep.server.run.ConfigException;

import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds the program of a run that another command started. */
final class PastProgram {
    private PastProgram() {}

    /**
     * Returns the code that a run executed, or none: a program that was changed since the run
     * started, or is not where the run's command line says, seen from here, has nothing to tell.
     *
     * @param command the line that started the run, as the log of runs keeps it
     */
    static GuestCode code(String command, Instant started) {
        return run(command).map(run -> code(run, started)).orElse(GuestCode.NONE);
    }

    private static GuestCode code(RunCommand run, Instant started) {
        if (run.isFromSnapshotAlone()) {
            return codeOfSnapshot(run);
        }
        return run.hasProgram() && isOlderThan(started, run.program())
                ? GuestCode.readIfPossible(run.program(), run.guest().memoryBytes())
                : GuestCode.NONE;
    }

    private static GuestCode codeOfSnapshot(RunCommand run) {
        try (RestoredGuest guest = run.openRestored()) {
            return GuestCode.readIfPossible(guest.program(), guest.memoryBytes());
        } catch (ConfigException | IOException e) {
            return GuestCode.NONE; // The snapshot has been removed.
        }
    }

    /** Returns what a line asked for, if it was {@code lockstep run}. */
    static Optional<RunCommand> run(String command) {
        try {
            List<String> words = Words.split(command);
            if (words.size() < 2) {
                return Optional.empty();
            }
            ParseResult verb =
                    Main.commandLine()
                            .parseArgs(words.subList(1, words.size()).toArray(String[]::new))
                            .subcommand();
            return Optional.ofNullable(verb)
                    .map(parsed -> parsed.commandSpec().userObject())
                    .filter(RunCommand.class::isInstance)
                    .map(RunCommand.class::cast);
        } catch (ConfigException | ParameterException e) {
            return Optional.empty(); // The line of another version, or of no command at all.
        }
    }

    /** Returns whether the file has not changed since. */
    static boolean isOlderThan(Instant started, String program) {
        try {
            return Files.getLastModifiedTime(Path.of(program)).toInstant().isBefore(started);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}
