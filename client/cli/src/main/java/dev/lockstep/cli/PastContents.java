package dev.lockstep.cli;

import dev.lockstep.cli.bundle.Contents;
import dev.lockstep.cli.evidence.Repetition;
import dev.lockstep.cli.report.Account;
import dev.lockstep.cli.report.ReportFormat;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Profile;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects for a bundle what a past run had. */
final class PastContents {
    /** What names files or directories of this host, or leaves something there. */
    private static final Set<String> OF_THIS_HOST =
            Set.of(
                    "--report",
                    "--state-dir",
                    "--stdin",
                    "--sysroot",
                    "--argv0",
                    "--cwd",
                    "--bundle",
                    "--keep-inputs",
                    "--snapshot-at",
                    "--snapshot-every",
                    "--snapshot-label");

    private PastContents() {}

    /**
     * Returns the contents.
     *
     * @param inputs what the run asked of the world, if that was kept
     * @throws ConfigException if the run cannot be repeated, or its program is not what it was
     */
    static Contents of(StoredRun run, Account account, Optional<InputRecord> inputs) {
        RunCommand command =
                Repetition.command(run.command())
                        .flatMap(PastProgram::run)
                        .filter(past -> past.hasProgram() || past.snapshot().isPresent())
                        .orElseThrow(() ->
                                new ConfigException(
                                        ("run '%s' was not started by 'lockstep run PROGRAM', so"
                                                        + " there is nothing to pack: %s")
                                                .formatted(run.name(), run.command())));
        command.snapshot().ifPresent(from -> refuse(run, from));
        if (!PastProgram.isOlderThan(run.created(), command.program())) {
            throw new ConfigException(
                    "%s: is not there, or was changed after the run (expected: what ran)"
                            .formatted(command.program()));
        }
        Optional<Path> profile = command.profileFile();
        profile.ifPresent(file -> checkProfile(file, account.report().profile()));
        return new Contents(
                about(run, account),
                run.command(),
                command.optionsBut(ofThisHost(profile)),
                Path.of(command.program()),
                command.guest().name(command.program()),
                command.arguments(),
                inputs.orElse(null),
                inputs.isPresent() ? null : input(command).orElse(null),
                profile.orElse(null),
                sysroot(command).orElse(null),
                ReportFormat.JSON.write(account),
                inputs.isPresent() ? List.of() : lacks(command));
    }

    private static void refuse(StoredRun run, SnapshotArgument from) {
        throw new ConfigException(
                ("run '%1$s' began from snapshot %2$s, which a bundle cannot hold (expected: a run"
                     + " from its program's entry); 'lockstep snapshot export %3$d FILE' makes a"
                     + " file of it, with which 'lockstep snapshot import FILE' and the run's"
                     + " command do the same elsewhere: %4$s")
                        .formatted(run.name(), from, from.id(), run.command()));
    }

    private static Set<String> ofThisHost(Optional<Path> profile) {
        Set<String> options = new HashSet<>(OF_THIS_HOST);
        profile.ifPresent(_ -> options.add("--profile"));
        return options;
    }

    private static void checkProfile(Path file, Profile profile) {
        try {
            if (Profile.sha256(Files.readAllBytes(file)).equals(profile.sha256())) {
                return;
            }
        } catch (IOException e) {
            throw new ConfigException(
                    "%s: cannot be read (expected: the profile of the run)".formatted(file), e);
        }
        throw new ConfigException(
                "%s: was changed after the run (expected: SHA-256 %s)"
                        .formatted(file, profile.sha256()));
    }

    private static List<String> about(StoredRun run, Account account) {
        return List.of(
                "run: %s, started %s".formatted(run.name(), run.created()),
                "verdict: " + account.report().verdict());
    }

    private static Optional<Path> input(RunCommand command) {
        return command.guest().input().map(File::toPath).filter(Files::isRegularFile);
    }

    private static Optional<Path> sysroot(RunCommand command) {
        return Optional.of(command.guest().sysroot())
                .filter(sysroot -> sysroot.isPresent())
                .map(sysroot -> Path.of(sysroot.directory()));
    }

    private static List<String> lacks(RunCommand command) {
        List<String> lacks = new ArrayList<>();
        lacks.add("files that the guest opens");
        if (command.guest().words().contains("--cwd")) {
            lacks.add("the guest's directory (--cwd)");
        }
        if (command.guest().input().isPresent()
                && !Files.isRegularFile(command.guest().input().get().toPath())) {
            lacks.add("the standard input, which is no regular file");
        }
        return lacks;
    }
}
