package dev.lockstep.cli;

import dev.lockstep.cli.bundle.UnpackedBundle;
import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.report.Account;
import dev.lockstep.cli.report.ReportFiles;
import dev.lockstep.cli.report.ReportFormat;
import dev.lockstep.cli.report.VerdictScreen;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.cli.text.Words;
import dev.lockstep.server.capture.StoredOrigin;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Inputs;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.snapshot.SnapshotStore;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code lockstep run}: from the command line to a plan, from the account to the screen. */
@Command(
        name = "run",
        description = {
            "Runs PROGRAM on a reference and on every subject in lockstep and finds the first"
                    + " difference.",
            "",
            "What the guest prints goes to standard output, everything else to standard error.",
        },
        abbreviateSynopsis = true,
        sortOptions = false,
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nEngines:%n",
        footer = {
            "  interp          the interpreter",
            "  recomp          the recompiler to JVM bytecode",
            "  qemu            qemu-riscv64 with our plugin (docs/qemu.md)",
            "  qemu-lockstep   qemu-riscv64 with the lockstep plugin of its own",
            "  gdb:ADDRESS     an emulator with a GDB stub (docs/gdb.md)",
            "  trace:FILE      a log of Spike or QEMU (docs/traces.md)",
            "  rvfi-dii:HOST:PORT",
            "                  what executes injected instructions (docs/rvfi-dii.md)",
            "  cmd:COMMAND...  any command that speaks the engine protocol; it is started as",
            "                  COMMAND... --connect SOCKET --run NAME --role ROLE",
            "                  --name NAME [--setenv NAME=VALUE]... [--argv0 NAME]",
            "                  [--cwd DIR] [--sysroot DIR] [--machine MACHINE]",
            "                  [--memory SIZE] PROGRAM ARG..., and with",
            "                  the first four in LOCKSTEP_SOCKET, _RUN, _ROLE and _NAME",
            "An engine may carry options of its own: --subject 'recomp OPTION...'",
            "",
            "Example:",
            "  lockstep run engines/programs/bin/hello",
            "  lockstep run --on-divergence track --from-pc main ./program",
            "  lockstep run --subject new='cmd:./my-emulator --fast' ./program argument",
            "  lockstep run --profile known-differences.yaml ./program",
            "  lockstep run --bundle run12.zip",
            "  lockstep run --snapshot-every 1000000000 ./program",
            "  lockstep run --from 3",
        })
final class RunCommand implements Callable<Integer> {
    /** How long engines that the command starts itself may take to join. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Option(
            names = "--reference",
            paramLabel = "ENGINE",
            defaultValue = "interp",
            description = "The engine whose result is taken as right; default: interp.")
    private EngineArgument reference;

    @Option(
            names = "--subject",
            paramLabel = "[NAME=]ENGINE",
            defaultValue = "recomp",
            description = "An engine under test; may be repeated; default: recomp.")
    private List<EngineArgument> subjects;

    @Mixin private GrainOption grain;

    @Mixin private GuestOptions guest = new GuestOptions();

    @Mixin private ComparisonOptions comparison;

    @Mixin private TimeoutOptions timeouts;

    @Option(
            names = "--report",
            paramLabel = "FORMAT:FILE",
            description =
                    "Write the result to FILE as text, json, markdown, junit or html; may be"
                            + " repeated.")
    private List<String> reports = List.of();

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description =
                    "Run what 'lockstep runs bundle' packed into FILE: its program, input and"
                            + " options.")
    private @Nullable Path bundle;

    @Option(
            names = "--keep-inputs",
            description =
                    "Keep what the guest asked of the world in the log of runs even if nothing"
                            + " differs; a bundle repeats it.")
    private boolean keepInputs;

    @Mixin private SnapshotOptions snapshots;

    @Mixin private StateDirectory state;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PROGRAM",
            description = "An RV64 ELF program.")
    private @Nullable String program;

    @Parameters(
            index = "1..*",
            paramLabel = "ARG",
            description = "Arguments of PROGRAM, options included.")
    private List<String> arguments = List.of();

    /**
     * Returns the plan of a command line.
     *
     * @param words the words after {@code lockstep run}
     * @throws ConfigException if they do not go together, or the program cannot be run
     */
    static RunPlan plan(List<String> words) {
        List<String> line = new ArrayList<>(words);
        line.addFirst("run");
        ParseResult run = Main.commandLine().parseArgs(line.toArray(String[]::new)).subcommand();
        return ((RunCommand) run.commandSpec().userObject()).plan();
    }

    /**
     * Returns the path of the program, as it was given.
     *
     * @throws ParameterException if it was not
     */
    String program() {
        if (program == null) {
            throw new ParameterException(spec.commandLine(), "no PROGRAM given");
        }
        return program;
    }

    boolean hasProgram() {
        return program != null;
    }

    List<String> arguments() {
        return arguments;
    }

    GuestOptions guest() {
        return guest;
    }

    /** Returns the snapshot that the run begins from, empty if there is none. */
    Optional<SnapshotArgument> snapshot() {
        return snapshots.from();
    }

    /** Returns the file with the rules of the run's profile, empty if there is none. */
    Optional<Path> profileFile() {
        return comparison.profileFile();
    }

    /** Returns the options that were given, but for some, as words. */
    List<String> optionsBut(Set<String> left) {
        List<String> words = new ArrayList<>();
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if (!left.contains(option.longestName())) {
                for (String value : option.originalStringValues()) {
                    words.add(option.longestName());
                    if (option.arity().max() > 0) {
                        words.add(value);
                    }
                }
            }
        }
        return words;
    }

    @Override
    public Integer call() throws Exception {
        if (bundle == null) {
            return isFromSnapshotAlone() ? runRestored() : run(plan(), program());
        }
        checkBundleIsAll(bundle);
        try (UnpackedBundle unpacked = UnpackedBundle.open(bundle)) {
            unpacked.about().forEach(line -> System.err.println("bundle: " + line));
            List<String> words = new ArrayList<>(unpacked.words());
            words.addAll(0, List.of("--state-dir", state.path().toString()));
            RunPlan plan = plan(words).withCommand(command());
            return run(unpacked.inputs().map(plan::repeating).orElse(plan), bundle.toString());
        }
    }

    /** Returns whether the program, too, is that of a snapshot. */
    boolean isFromSnapshotAlone() {
        return snapshots.from().isPresent() && program == null;
    }

    private int runRestored() throws Exception {
        try (RestoredGuest restored = openRestored()) {
            return run(plan(restored), "snapshot " + snapshots.from().orElseThrow());
        }
    }

    /**
     * Opens the snapshot that the run begins from.
     *
     * @throws ConfigException if it cannot be restored
     */
    RestoredGuest openRestored() throws IOException {
        return RestoredGuest.open(SnapshotStore.open(state.path()), snapshots.from().orElseThrow());
    }

    /** A bundle has its own options: those of the run that it repeats. */
    private void checkBundleIsAll(Path file) {
        List<String> others = optionsBut(Set.of("--bundle", "--report", "--state-dir"));
        if (program != null) {
            others.add(program);
        }
        if (!others.isEmpty()) {
            throw new ConfigException(
                    "--bundle %s: with '%s' (expected: nothing beside it but --report and --state-dir)"
                            .formatted(file, others.getFirst()));
        }
    }

    private int run(RunPlan plan, String title) throws Exception {
        GuestCode code = plan.code();
        Terminal terminal = Terminal.of(Terminal.STANDARD_ERROR);
        StatusLine screen = new StatusLine(System.err, terminal.interactive());
        var files = ReportFiles.open(reports, ReportFormat::parse);
        RunReport report = new Rerun(plan, screen).completed(new CoSimulation(plan, screen));
        String show = StateDirectory.command(state.path(), "runs", "show", report.run());
        Account account = new Account(report, title, plan.command(), show, code);
        screen.print(
                report.refusal() == null
                        ? VerdictScreen.text(account, Palette.of(terminal))
                        : Errors.PREFIX + report.refusal() + "\n");
        files.write(account);
        return report.exitCode();
    }

    private RunPlan plan() {
        Optional<StoredOrigin> origin =
                snapshots
                        .from()
                        .map(from ->
                                StoredOrigin.of(
                                        SnapshotStore.open(state.path()),
                                        from.id(),
                                        from.engine()));
        return plan(program(), GuestLaunch.of(program(), arguments, guest), guest, origin);
    }

    private RunPlan plan(RestoredGuest restored) {
        for (String option : guest.words()) {
            throw new ConfigException(
                    "%s: beside --from %s (expected: neither, since a snapshot has its own, or PROGRAM too)"
                            .formatted(option, snapshots.from().orElseThrow()));
        }
        GuestLaunch launch = restored.launch();
        Optional<Path> stdin = guest.input().map(File::toPath).or(launch::stdin);
        return plan(
                restored.program(),
                launch,
                GuestOptions.parse(launch.options(), stdin),
                Optional.of(restored.origin()));
    }

    private RunPlan plan(
            String file,
            GuestLaunch launch,
            GuestOptions surroundings,
            Optional<StoredOrigin> origin) {
        comparison.readProfile();
        List<Seat> seats = Seat.of(reference, subjects);
        GuestCode code =
                Seat.areBuiltIn(seats)
                        ? GuestCode.read(file, surroundings.sysroot(), surroundings.memoryBytes())
                        : GuestCode.readIfPossible(file, surroundings.memoryBytes());
        return new RunPlan(
                seats,
                file,
                launch.arguments(),
                surroundings,
                grain,
                comparison,
                code,
                timeouts.connect(CONNECT_TIMEOUT),
                timeouts.idle(),
                state.path(),
                command(),
                Optional.empty(),
                new Inputs(keepInputs, null),
                new PlannedSnapshots(
                        origin,
                        launch,
                        snapshots.orders(origin.map(StoredOrigin::step).orElse(0L)),
                        snapshots.label()),
                Optional.empty(),
                1,
                Map.of());
    }

    /** Returns the command line, for people who list runs. */
    private String command() {
        return "lockstep " + Words.join(spec.root().commandLine().getParseResult().originalArgs());
    }
}
