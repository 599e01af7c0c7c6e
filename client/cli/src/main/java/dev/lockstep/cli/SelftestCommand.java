package dev.lockstep.cli;

import dev.lockstep.cli.selftest.Trial;
import dev.lockstep.cli.selftest.TrialTable;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.ServerConfig;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code lockstep selftest}: whether faults on purpose are found, and nothing else is. */
@Command(
        name = "selftest",
        description = {
            "Makes the recompiler go wrong on purpose, once in each of many runs, and checks that"
                    + " every fault is found at its exact step, instruction and field, and gets its"
                    + " class; and that programs without a fault end MATCH.",
            "",
            "Exits with 0 if all is as expected, with 1 if not.",
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep selftest --quick",
            "  lockstep selftest --only 'drop-store.*window'",
        })
final class SelftestCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 5;

    /** Trials at a time; each is two engines. */
    private static final int MAX_JOBS = 4;

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "PATTERN",
            converter = Expression.class,
            description = "Only trials with such a part in their name, a regular expression.")
    private @Nullable Pattern only;

    @Option(
            names = "--quick",
            description = "Those of them that show each kind of fault once or twice.")
    private boolean quick;

    @Option(names = "--list", description = "Only print the names of the trials.")
    private boolean list;

    @Mixin private StateDirectory state;

    /** Trials that are being run. */
    private final Queue<SelftestRun> running = new ConcurrentLinkedQueue<>();

    private int passed;

    /** The signal that asked the command to end, null if none did. */
    private volatile @Nullable String interrupted;

    @Override
    public Integer call() throws Exception {
        List<Trial> trials = TrialTable.read().stream().filter(this::isWanted).toList();
        if (trials.isEmpty()) {
            throw new ConfigException(
                    "--only %s: no trial has such a name; --list shows them".formatted(only));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            trials.forEach(trial -> out.println(trial.name()));
            return 0;
        }
        run(trials, out);
        return interrupted != null ? INTERRUPTED : passed == trials.size() ? 0 : FAILED;
    }

    private boolean isWanted(Trial trial) {
        return (only == null || only.matcher(trial.name()).find()) && (!quick || trial.quick());
    }

    private void run(List<Trial> trials, PrintWriter out) throws Exception {
        TerminationSignals.handle(this::interrupt);
        Path base = RuntimeDirectory.defaultBase(System.getenv());
        try (RuntimeDirectory directory = RuntimeDirectory.create(base);
                LockstepServer server =
                        LockstepServer.start(new ServerConfig(directory.path(), state.path()))) {
            run(trials, server, out);
        }
        out.println(
                "%s: %d as expected%s"
                        .formatted(
                                Quantity.count(trials.size(), "trial"),
                                passed,
                                interrupted != null ? ", interrupted" : ""));
        out.flush();
    }

    private void run(List<Trial> trials, LockstepServer server, PrintWriter out) throws Exception {
        int width = trials.stream().mapToInt(it -> it.name().length()).max().orElse(0);
        String row = "%-4s  %-" + width + "s  %8s  %s";
        try (ExecutorService executor = Executors.newFixedThreadPool(jobs())) {
            Map<Trial, Future<SelftestRun.Result>> results = new LinkedHashMap<>();
            for (Trial trial : trials) {
                SelftestRun run = new SelftestRun(trial, results.size() + 1, state.path());
                results.put(trial, executor.submit(() -> run(run, server)));
            }
            for (var entry : results.entrySet()) {
                SelftestRun.Result result = entry.getValue().get();
                if (interrupted != null) {
                    break; // What was cut short says nothing.
                }
                print(out, row, entry.getKey(), result);
            }
        }
    }

    private int jobs() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_JOBS);
    }

    private SelftestRun.Result run(SelftestRun run, LockstepServer server) throws Exception {
        if (interrupted != null) {
            return SelftestRun.Result.NONE;
        }
        running.add(run);
        try {
            return run.call(server);
        } catch (ParameterException | ConfigException e) {
            return new SelftestRun.Result("refused: " + e.getMessage(), 0);
        } catch (ExecutionException | RuntimeException e) {
            return new SelftestRun.Result("failed: " + e, 0);
        } finally {
            running.remove(run);
        }
    }

    private void interrupt(String signal) {
        interrupted = signal;
        running.forEach(run -> run.interrupt(signal));
    }

    private void print(PrintWriter out, String row, Trial trial, SelftestRun.Result result) {
        boolean isAsExpected = result.complaint().isEmpty();
        passed += isAsExpected ? 1 : 0;
        String verdict = isAsExpected ? "ok" : "FAIL";
        String time = Quantity.time(result.elapsedMs());
        out.println(row.formatted(verdict, trial.name(), time, result.complaint()).stripTrailing());
        out.flush();
    }

    /** Reads a regular expression. */
    static final class Expression implements ITypeConverter<Pattern> {
        @Override
        public Pattern convert(String text) {
            try {
                return Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                throw new ConfigException(
                        "'%s' is no regular expression: %s".formatted(text, e.getDescription()), e);
            }
        }
    }
}
