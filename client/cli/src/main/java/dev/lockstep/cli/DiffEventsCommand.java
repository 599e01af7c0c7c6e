package dev.lockstep.cli;

import dev.lockstep.cli.diff.EventDiffAccount;
import dev.lockstep.cli.diff.EventDiffFormat;
import dev.lockstep.cli.diff.EventDiffPaper;
import dev.lockstep.cli.profile.EventProfileFile;
import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.EventProfiles;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.events.LogText;
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
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** {@code lockstep diff events}: the first real difference of two event logs, thread by thread. */
@Command(
        name = "events",
        description = {
            "Compares two logs of guest-visible events, thread by thread, and names the first"
                    + " difference of each pair of threads.",
            "",
            "A log is JSON Lines, plain or packed with gzip or zstd; a pipe will do. What may"
                    + " differ says a profile: docs/event-diff.md. run:RUN/ENGINE is the log that"
                    + " was kept of an engine of a run with --events.",
        },
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:MATCH: the logs are equal",
            "1:DIVERGED: they are not",
            "2:a file, a profile or the command line cannot be used",
            "4:VACUOUS: nothing was compared",
            "5:INCOMPLETE: a log is cut; what is before that is equal",
            "70:internal error",
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep diff events reference.jsonl subject.jsonl.zst",
            "  lockstep diff events run:12/interp run:12/recomp",
            "  lockstep diff events --profile noise.yaml --report html:diff.html a.jsonl b.jsonl",
            "  lockstep diff events --compat xenia --canary a.jsonl --ours b.jsonl"
                    + " --validate-identical",
        })
final class DiffEventsCommand implements Callable<Integer> {
    private static final int DEFAULT_REGIONS = 10;
    private static final int MAX_REGIONS = 100_000;
    private static final int ORIGINAL_FAILURE = 1;

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REFERENCE",
            description = "The log that is taken as right.")
    private @Nullable String reference;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SUBJECT",
            description = "The log under test.")
    private @Nullable String subject;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = {
                "What may differ: default, xenia, xenia-strict, or a file of rules; default:"
                        + " default.",
            })
    private @Nullable String profile;

    @Option(
            names = "--tid-map",
            paramLabel = "R=S,...",
            description =
                    "Compare thread R of the reference with thread S of the subject; default: as"
                            + " the profile pairs them.")
    private @Nullable String tidMap;

    @Option(
            names = "--allow-unpaired",
            description = "Threads without a partner are no difference.")
    private boolean allowUnpaired;

    @Option(
            names = "--without",
            paramLabel = "RULE,...",
            split = ",",
            description = "Leave out these rules of the profile.")
    private List<String> without = new ArrayList<>();

    @Option(
            names = "--regions",
            paramLabel = "N",
            description =
                    "Go on behind the first difference, and list up to N regions of each pair of"
                            + " threads that differ; default: 10.")
    private @Nullable Integer regions;

    @Option(
            names = "--absorbed",
            paramLabel = "FILE",
            description = "Write every event that a rule let one side have there, as JSON Lines.")
    private @Nullable Path absorbed;

    @Option(
            names = "--report",
            paramLabel = "FORMAT:FILE",
            description = "Write a report too: text, json, markdown or html. May be repeated.")
    private List<String> reports = new ArrayList<>();

    @Option(
            names = "--temp-dir",
            paramLabel = "DIR",
            description =
                    "Where there is room for 16 bytes an event, and for the text of logs that are"
                            + " packed or come through a pipe; default: $TMPDIR, else /tmp.")
    private @Nullable Path temporaryDirectory;

    @Mixin private RunLogOption runs;

    @Option(
            names = "--compat",
            paramLabel = "NAME",
            description = "xenia: verdicts, exit codes and options of diff_events.py of xenia-rs.")
    private @Nullable String compatibility;

    @ArgGroup(heading = "%nOptions of --compat xenia:%n", validate = false)
    private @Nullable XeniaOptions xenia;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (compatibility != null) {
            return compareAsXenia(xenia == null ? new XeniaOptions() : xenia);
        }
        if (xenia != null) {
            throw new ParameterException(
                    spec.commandLine(), "an option of --compat xenia (expected: --compat xenia)");
        }
        return compare();
    }

    private int compare() throws IOException, InterruptedException {
        EventProfile rules = chosenProfile(EventProfiles.DEFAULT);
        String left = required(reference, "REFERENCE");
        String right = required(subject, "SUBJECT");
        try (ReportFiles<EventDiffAccount> files =
                        ReportFiles.open(reports, EventDiffFormat::parse);
                AbsorbedFile absorbedEvents = AbsorbedFile.open(absorbed, SideNames.ROLES)) {
            var task = new EventDiffTask(request(rules, DEFAULT_REGIONS, absorbedEvents));
            EventDiffResult result = compare(task, left, right);
            int exitCode = result.verdict().exitCode();
            EventDiffAccount account = account(result, SideNames.ROLES, exitCode, task.elapsedMs());
            files.write(account);
            print(EventDiffPaper.brief(account).text());
            return exitCode;
        }
    }

    /** Its status 1 is for files that cannot be read, too; it finds usage errors before. */
    private int compareAsXenia(XeniaOptions options) throws IOException, InterruptedException {
        if (!XeniaOptions.NAME.equals(compatibility)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--compat: '%s' (expected: %s)".formatted(compatibility, XeniaOptions.NAME));
        }
        EventProfile rules = options.applied(chosenProfile(XeniaOptions.NAME));
        String left = required(or(options.canary, reference), "--canary");
        String right = required(or(options.ours, subject), "--ours");
        Path absorbedTo = options.absorbedEvents == null ? absorbed : options.absorbedEvents;
        try (ReportFiles<EventDiffAccount> files =
                        ReportFiles.open(reports, EventDiffFormat::parse);
                AbsorbedFile absorbedEvents = AbsorbedFile.open(absorbedTo, XeniaOptions.NAMES)) {
            var task = new EventDiffTask(request(rules, 0, absorbedEvents));
            EventDiffResult result = compare(task, left, right);
            XeniaOptions.checkWhole(result);
            return toldAsXenia(options, result, task.elapsedMs(), files);
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ORIGINAL_FAILURE;
        }
    }

    private int toldAsXenia(
            XeniaOptions options,
            EventDiffResult result,
            long elapsedMs,
            ReportFiles<EventDiffAccount> files) {
        PrintWriter err = spec.commandLine().getErr();
        if (result.pairCount() == 0 && result.absent().isEmpty()) {
            err.println(
                    "no tid mapping (auto-mapping found no shared first-kernel-call). Pass"
                            + " --tid-map manually.");
            return ExitCodes.USAGE;
        }
        XeniaOptions.warn(result, err);
        int exitCode = options.exitCode(result, err);
        EventDiffAccount account = account(result, XeniaOptions.NAMES, exitCode, elapsedMs);
        files.write(account);
        String report = EventDiffFormat.MARKDOWN.write(account);
        if (options.out == null) {
            print(report);
        } else {
            try (ReportFile file = ReportFile.open("--out " + options.out, options.out)) {
                file.write(report);
            }
            err.println("diff report written to " + options.out);
        }
        return exitCode;
    }

    private static EventDiffAccount account(
            EventDiffResult result, SideNames names, int exitCode, long elapsedMs) {
        return new EventDiffAccount(result, names, exitCode, elapsedMs, ProcessMemory.peakBytes());
    }

    private void print(String text) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }

    private String required(@Nullable String log, String what) {
        if (log == null) {
            throw new ParameterException(spec.commandLine(), "no " + what + " given");
        }
        return log;
    }

    private static @Nullable String or(@Nullable Path option, @Nullable String parameter) {
        return option == null ? parameter : option.toString();
    }

    private EventDiffResult compare(EventDiffTask task, String left, String right)
            throws IOException, InterruptedException {
        var logs = new EventLogArgument(runs, temporaryDirectory());
        try (LogText one = logs.open(left);
                LogText other = logs.open(right)) {
            return task.compare(one, other);
        }
    }

    private EventProfile chosenProfile(String otherwise) {
        EventProfile chosen = EventProfileFile.of(profile == null ? otherwise : profile);
        try {
            return chosen.without(new TreeSet<>(without));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--without: " + String.valueOf(e.getMessage()), e);
        }
    }

    private DiffRequest request(EventProfile rules, int otherwise, AbsorbedFile absorbedEvents) {
        EventProfile.Threads threads = rules.threads();
        boolean unpaired = threads.unpairedAllowed() || allowUnpaired;
        return new DiffRequest(
                rules.with(
                        new EventProfile.Threads(
                                threads.pairing(),
                                unpaired,
                                threads.trailingAllowed(),
                                threads.lenientOrder())),
                tidMap == null || tidMap.isEmpty()
                        ? Optional.empty()
                        : Optional.of(TidMap.parse(tidMap)),
                regionLimit(otherwise),
                temporaryDirectory(),
                absorbedEvents);
    }

    private int regionLimit(int otherwise) {
        if (regions == null) {
            return otherwise;
        }
        if (regions < 0 || regions > MAX_REGIONS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--regions: %d (expected: 0 to %d)".formatted(regions, MAX_REGIONS));
        }
        return regions;
    }

    private Path temporaryDirectory() {
        return temporaryDirectory == null ? defaultTemporaryDirectory() : temporaryDirectory;
    }

    /** Returns where temporary files are unless the user says otherwise. */
    static Path defaultTemporaryDirectory() {
        String fromEnvironment = System.getenv("TMPDIR");
        return Path.of(
                fromEnvironment == null || fromEnvironment.isEmpty() ? "/tmp" : fromEnvironment);
    }
}
