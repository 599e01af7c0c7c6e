package dev.lockstep.cli;

import dev.lockstep.cli.diff.DiffFormat;
import dev.lockstep.cli.diff.EventDiffAccount;
import dev.lockstep.cli.diff.EventDiffPaper;
import dev.lockstep.cli.profile.EventProfileFile;
import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.sdk.ProcessMemory;
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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;

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
            paramLabel = "RULE",
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
            throw usage(
                    "%s: an option of --compat xenia (expected: --compat xenia too)"
                            .formatted(firstOfXenia()));
        }
        return compare();
    }

    private String firstOfXenia() {
        return spec.commandLine().getParseResult().matchedOptions().stream()
                .filter(option -> option.group() != null)
                .map(OptionSpec::longestName)
                .findFirst()
                .orElseThrow();
    }

    private int compare() throws IOException, InterruptedException {
        EventProfile rules = chosenProfile(EventProfiles.DEFAULT);
        String left = required(reference, "REFERENCE");
        String right = required(subject, "SUBJECT");
        Optional<SortedMap<Long, Long>> threads = threadMap(TidMap::parse);
        var files = ReportFiles.open(reports, DiffFormat::parse);
        logFiles(left, right).forEach(files::checkAreNot);
        try (AbsorbedFile absorbedEvents =
                openAbsorbed("--absorbed", absorbed, SideNames.ROLES, left, right)) {
            var task = new EventDiffTask(request(rules, threads, DEFAULT_REGIONS, absorbedEvents));
            EventDiffResult result = compare(task, left, right, absorbedEvents);
            int exitCode = result.verdict().exitCode();
            EventDiffAccount account = account(result, SideNames.ROLES, exitCode, task.elapsedMs());
            files.write(account);
            spec.commandLine().getOut().print(EventDiffPaper.brief(account).text());
            spec.commandLine().getOut().flush();
            return exitCode;
        }
    }

    /** Its status 1 is for files that cannot be used, too; it finds usage errors before. */
    private int compareAsXenia(XeniaOptions options) throws IOException, InterruptedException {
        if (!XeniaOptions.NAME.equals(compatibility)) {
            throw usage(
                    "--compat: '%s' (expected: %s)".formatted(compatibility, XeniaOptions.NAME));
        }
        if (absorbed != null && options.absorbedEvents != null) {
            throw usage("--absorbed: beside --emit-absorbed-events (expected: one of them)");
        }
        EventProfile rules = options.applied(chosenProfile(XeniaOptions.NAME));
        List<String> logs = logs(options);
        try {
            return compareAsXenia(options, rules, logs.getFirst(), logs.getLast());
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ORIGINAL_FAILURE;
        }
    }

    private int compareAsXenia(XeniaOptions options, EventProfile rules, String left, String right)
            throws IOException, InterruptedException {
        Path absorbedTo = options.absorbedEvents == null ? absorbed : options.absorbedEvents;
        Optional<SortedMap<Long, Long>> threads = threadMap(TidMap::parseAsXenia);
        var files = ReportFiles.open(reports, DiffFormat::parse);
        var told = new XeniaDiff(options, spec.commandLine().getOut(), spec.commandLine().getErr());
        logFiles(left, right).forEach(files::checkAreNot);
        logFiles(left, right).forEach(told::checkIsNot);
        try (AbsorbedFile absorbedEvents =
                openAbsorbed(
                        options.absorbedEvents == null ? "--absorbed" : "--emit-absorbed-events",
                        absorbedTo,
                        XeniaOptions.NAMES,
                        left,
                        right)) {
            var task = new EventDiffTask(request(rules, threads, 0, absorbedEvents));
            EventDiffResult result = compare(task, left, right, absorbedEvents);
            if (!told.begin(result)) {
                return ExitCodes.USAGE;
            }
            int exitCode = told.exitCode(result);
            EventDiffAccount account =
                    account(result, XeniaOptions.NAMES, exitCode, task.elapsedMs());
            files.write(account);
            told.tell(account);
            return exitCode;
        }
    }

    /** Returns the two logs, by its options or by ours. */
    private List<String> logs(XeniaOptions options) {
        if (options.canary == null && options.ours == null) {
            return List.of(required(reference, "--canary"), required(subject, "--ours"));
        }
        if (reference != null) {
            throw usage(
                    "'%s': beside --canary and --ours (expected: only them)".formatted(reference));
        }
        return List.of(
                required(options.canary, "--canary").toString(),
                required(options.ours, "--ours").toString());
    }

    private static List<Path> logFiles(String... logs) {
        return Stream.of(logs).filter(EventLogArgument::isFile).map(Path::of).toList();
    }

    private @Nullable AbsorbedFile openAbsorbed(
            String option, @Nullable Path file, SideNames names, String... logs)
            throws IOException {
        AbsorbedFile opened = AbsorbedFile.open(option, file, temporaryDirectory(), names);
        try {
            if (opened != null) {
                logFiles(logs).forEach(opened::checkIsNot);
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static EventDiffAccount account(
            EventDiffResult result, SideNames names, int exitCode, long elapsedMs) {
        return new EventDiffAccount(result, names, exitCode, elapsedMs, ProcessMemory.peakBytes());
    }

    private ParameterException usage(String text) {
        return new ParameterException(spec.commandLine(), text);
    }

    private <T> T required(@Nullable T log, String what) {
        if (log == null) {
            throw usage("no " + what + " given");
        }
        return log;
    }

    private EventDiffResult compare(
            EventDiffTask task, String left, String right, @Nullable AbsorbedFile absorbedEvents)
            throws IOException, InterruptedException {
        EventLogArgument.checkCanBothBeRead(left, right);
        var logs = new EventLogArgument(runs, temporaryDirectory());
        try (LogText one = logs.open(left);
                LogText other = logs.open(right)) {
            EventDiffResult result = task.compare(one, other);
            if (absorbedEvents != null) {
                absorbedEvents.save();
            }
            return result;
        }
    }

    private EventProfile chosenProfile(String otherwise) {
        EventProfile chosen = EventProfileFile.of(profile == null ? otherwise : profile);
        return without(chosen, "--without", new TreeSet<>(without));
    }

    /**
     * Returns a profile without some rules.
     *
     * @param option that names them, for messages
     * @throws ConfigException if it has no such rule
     */
    static EventProfile without(EventProfile profile, String option, Set<String> rules) {
        try {
            return profile.without(rules);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(option + ": " + e.getMessage(), e);
        }
    }

    private Optional<SortedMap<Long, Long>> threadMap(
            Function<String, SortedMap<Long, Long>> parser) {
        return Optional.ofNullable(tidMap).filter(text -> !text.isEmpty()).map(parser);
    }

    private DiffRequest request(
            EventProfile rules,
            Optional<SortedMap<Long, Long>> threadMap,
            int otherwise,
            @Nullable AbsorbedFile absorbedEvents) {
        EventProfile.Threads threads = rules.threads();
        boolean unpaired = threads.unpairedAllowed() || allowUnpaired;
        return new DiffRequest(
                rules.with(
                        new EventProfile.Threads(
                                threads.pairing(),
                                unpaired,
                                threads.trailingAllowed(),
                                threads.lenientOrder())),
                threadMap,
                regionLimit(otherwise),
                temporaryDirectory(),
                absorbedEvents == null ? _ -> {} : absorbedEvents);
    }

    private int regionLimit(int otherwise) {
        if (regions == null) {
            return otherwise;
        }
        if (regions < 0 || regions > MAX_REGIONS) {
            throw usage("--regions: %d (expected: 0 to %d)".formatted(regions, MAX_REGIONS));
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
