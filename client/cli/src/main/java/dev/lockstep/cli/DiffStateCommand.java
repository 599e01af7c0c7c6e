package dev.lockstep.cli;

import dev.lockstep.cli.diff.DiffFormat;
import dev.lockstep.cli.diff.StateDiffAccount;
import dev.lockstep.cli.diff.StateDiffPaper;
import dev.lockstep.cli.profile.StateProfileFile;
import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.sdk.ProcessMemory;
import dev.lockstep.server.diff.state.DumpDirectory;
import dev.lockstep.server.diff.state.Masking;
import dev.lockstep.server.diff.state.StateDiff;
import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.diff.state.StateLimits;
import dev.lockstep.server.diff.state.StateProfile;
import dev.lockstep.server.diff.state.StateProfiles;
import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code lockstep diff state}: what differs between two whole states, and of which class it is. */
@Command(
        name = "state",
        description = {
            "Compares two whole states, each a directory of JSON documents, and says of which"
                    + " class each difference is.",
            "",
            "What may differ, what must hold before anything else is looked at, and the classes"
                    + " say a profile: docs/state-diff.md.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:MATCH: the states are equal",
            "1:DIVERGED: they are not",
            "2:a file, a profile or the command line cannot be used",
            "4:VACUOUS: there is no document on either side",
            "6:STOP: what must hold does not",
            "70:internal error",
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep diff state reference/ subject/",
            "  lockstep diff state --profile xenia-strict --mask imports.json canary/ ours/",
            "  lockstep diff state --compat xenia --canary canary/ --ours ours/ --out report.md",
        })
final class DiffStateCommand implements Callable<Integer> {
    private static final int MAX_MASK_BYTES = 64 << 20;

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REFERENCE",
            description = "The directory with the state that is taken as right.")
    private @Nullable Path reference;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SUBJECT",
            description = "The directory with the state under test.")
    private @Nullable Path subject;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = {
                "What may differ: default, xenia, xenia-strict, or a file of rules; default:"
                        + " default.",
            })
    private @Nullable String profile;

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description =
                    "What of the images a loader wrote, as a JSON table; without it images are"
                            + " not compared.")
    private @Nullable Path mask;

    @Option(
            names = "--report",
            paramLabel = "FORMAT:FILE",
            description = "Write a report too: text, json, markdown or html. May be repeated.")
    private List<String> reports = new ArrayList<>();

    @Option(
            names = "--compat",
            paramLabel = "NAME",
            description = "xenia: verdicts, exit codes and options of diff_state.py of xenia-rs.")
    private @Nullable String compatibility;

    @ArgGroup(heading = "%nOptions of --compat xenia:%n", validate = false)
    private @Nullable XeniaStateOptions xenia;

    @Override
    public Integer call() throws IOException {
        if (compatibility != null) {
            return compareAsXenia(xenia == null ? new XeniaStateOptions() : xenia);
        }
        if (xenia != null) {
            throw usage(
                    "an option of --compat xenia is given alone (expected: --compat xenia too)");
        }
        var files = ReportFiles.open(reports, DiffFormat::parse);
        long start = System.nanoTime();
        StateDiffResult result =
                compare(
                        StateProfiles.DEFAULT,
                        DumpDirectory.open(required(reference, "REFERENCE")),
                        DumpDirectory.open(required(subject, "SUBJECT")),
                        mask);
        long elapsedMs = (System.nanoTime() - start) / 1_000_000;
        int exitCode = result.verdict().exitCode();
        var account = new StateDiffAccount(result, exitCode, elapsedMs, ProcessMemory.peakBytes());
        files.write(account);
        spec.commandLine().getOut().print(StateDiffPaper.brief(account).text());
        spec.commandLine().getOut().flush();
        return exitCode;
    }

    private StateDiffResult compare(
            String usual, DumpDirectory left, DumpDirectory right, @Nullable Path table)
            throws IOException {
        StateProfile rules = StateProfileFile.of(profile == null ? usual : profile);
        return StateDiff.compare(rules, left, right, masking(rules, table), StateLimits.OF_COMMAND);
    }

    private static Optional<Masking> masking(StateProfile rules, @Nullable Path table) {
        if (table == null) {
            return Optional.empty();
        }
        if (rules.image().isEmpty()) {
            throw new ConfigException(
                    "--mask %s: profile %s compares no images (expected: one that says how)"
                            .formatted(table, rules.name()));
        }
        try {
            if (Files.size(table) > MAX_MASK_BYTES) {
                throw new ConfigException(
                        "--mask %s: %,d bytes (expected: at most %,d)"
                                .formatted(table, Files.size(table), MAX_MASK_BYTES));
            }
            return Optional.of(
                    Masking.read(table.toString(), Files.readAllBytes(table), rules.image().get()));
        } catch (IOException e) {
            throw new ConfigException(
                    "--mask %s: %s (expected: a JSON table)".formatted(table, Failures.reason(e)),
                    e);
        }
    }

    /** Its status 1 is for files that cannot be used, too; it finds usage errors before. */
    private int compareAsXenia(XeniaStateOptions options) throws IOException {
        if (!XeniaOptions.NAME.equals(compatibility)) {
            throw usage(
                    "--compat: '%s' (expected: %s)".formatted(compatibility, XeniaOptions.NAME));
        }
        if (mask != null || !reports.isEmpty()) {
            throw usage(
                    "%s: beside --compat xenia (expected: --xex-json and --out)"
                            .formatted(mask != null ? "--mask" : "--report"));
        }
        Path canary = required(options.canary == null ? reference : options.canary, "--canary");
        Path ours = required(options.ours == null ? subject : options.ours, "--ours");
        if (!Files.isDirectory(canary) || !Files.isDirectory(ours)) {
            spec.commandLine()
                    .getErr()
                    .printf("both snapshot dirs must exist: %s %s%n", canary, ours);
            return ExitCodes.USAGE;
        }
        XeniaStateDiff told =
                new XeniaStateDiff(
                        options, canary, spec.commandLine().getOut(), spec.commandLine().getErr());
        try {
            return told.tell(
                    compare(
                            XeniaOptions.NAME,
                            DumpDirectory.open(canary),
                            DumpDirectory.open(ours),
                            options.table));
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return XeniaStateDiff.DIFFERENT;
        }
    }

    private ParameterException usage(String text) {
        return new ParameterException(spec.commandLine(), text);
    }

    private Path required(@Nullable Path directory, String what) {
        if (directory == null) {
            throw usage("no " + what + " given");
        }
        return directory;
    }
}
