package dev.lockstep.cli;

import dev.lockstep.cli.selftest.Trial;
import dev.lockstep.cli.selftest.TrialTable;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
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

    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "PATTERN",
            converter = Expression.class,
            description = "Only trials with such a part in their name, a regular expression.")
    private @Nullable Pattern only;

    @Option(names = "--quick", description = "About every fourth of them.")
    private boolean quick;

    @Option(names = "--list", description = "Only print the names of the trials.")
    private boolean list;

    @Mixin private StateDirectory state;

    private int passed;
    private boolean interrupted;

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
        return interrupted ? INTERRUPTED : passed == trials.size() ? 0 : FAILED;
    }

    private boolean isWanted(Trial trial) {
        return (only == null || only.matcher(trial.name()).find()) && (!quick || trial.quick());
    }

    private void run(List<Trial> trials, PrintWriter out) throws Exception {
        int width = trials.stream().mapToInt(it -> it.name().length()).max().orElse(0);
        String row = "%-4s  %-" + width + "s  %8s  %s";
        for (Trial trial : trials) {
            SelftestRun run = new SelftestRun(trial, state.path());
            SelftestRun.Result result = run.call();
            interrupted = run.interrupted();
            if (interrupted) {
                break; // What was cut short says nothing.
            }
            passed += result.complaint().isEmpty() ? 1 : 0;
            out.println(
                    row.formatted(
                                    result.complaint().isEmpty() ? "ok" : "FAIL",
                                    trial.name(),
                                    Quantity.time(result.elapsedMs()),
                                    result.complaint())
                            .stripTrailing());
            out.flush();
        }
        out.println(
                "%s: %d as expected%s"
                        .formatted(
                                Quantity.count(trials.size(), "trial"),
                                passed,
                                interrupted ? ", interrupted" : ""));
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
