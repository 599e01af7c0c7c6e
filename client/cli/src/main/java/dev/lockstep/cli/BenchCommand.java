package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Grain;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code lockstep bench}: how fast the engines are, alone and in lockstep. */
@Command(
        name = "bench",
        description = {
            "Measures how fast the engines are, alone and in lockstep.",
            "",
            "Every repetition executes the program 'compute' twice for each line of the table: a"
                    + " fifth of the work, then all of it. Rates are those of the other four"
                    + " fifths, by the engines' own clocks; of a pair the slower clock counts. A"
                    + " line shows its median repetition, 'ratio' compares its blocks/s with the"
                    + " slower free run's, 'wall' is the time of all the work, from the start of"
                    + " the command. In strict grain the work is the first 250th of the program.",
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep bench --repeat 5",
            "  taskset -c 0 lockstep bench",
        })
final class BenchCommand implements Callable<Integer> {
    private static final String PROGRAM = "engines/programs/bin/compute";

    /** The rates begin after this part of the work. */
    private static final int MARKS = 5;

    /** A lap that was disturbed is measured again, but not for ever. */
    private static final int ATTEMPTS = 3;

    /** A pair in strict grain gets so much less work, for it is that much slower. */
    private static final int STRICT_SHARE = 250;

    private static final List<Contestant> CONTESTANTS =
            List.of(
                    new Contestant.FreeEngine("interp"),
                    new Contestant.FreeEngine("recomp"),
                    new Contestant.Pair(Grain.BLOCK, 1),
                    new Contestant.Pair(Grain.STRICT, STRICT_SHARE));

    @Mixin Help help;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Repetitions; default: 3.")
    private int repetitions;

    @Option(
            names = "--units",
            paramLabel = "N",
            defaultValue = "50",
            description = "Work of 10.4 million instructions each, a multiple of 5; default: 50.")
    private int units;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkAtLeast("--repeat", repetitions, 1);
        checkAtLeast("--units", units, MARKS);
        Path launcher = Launcher.path();
        System.out.printf(
                "compute %d after the first %d, median of %d interleaved repetitions%n%s%n%n",
                units, units / MARKS, repetitions, Machine.text());
        try (BenchProcess process = BenchProcess.open(launcher)) {
            System.out.print(table(measure(process, launcher.resolveSibling(PROGRAM))));
        }
        return 0;
    }

    private Map<Contestant, List<Lap>> measure(BenchProcess process, Path program)
            throws IOException, InterruptedException {
        Map<Contestant, List<Lap>> laps = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            for (Contestant contestant : CONTESTANTS) {
                laps.computeIfAbsent(contestant, _ -> new ArrayList<>())
                        .add(lap(contestant, process, program));
            }
        }
        return laps;
    }

    /** On a busy machine a part can take longer than the whole: that says nothing, so again. */
    private Lap lap(Contestant contestant, BenchProcess process, Path program)
            throws IOException, InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Lap mark = contestant.execute(process, program, units / MARKS);
            Lap lap = contestant.execute(process, program, units).since(mark);
            if (lap.engineMs() > 0) {
                return lap;
            }
        }
        throw new ConfigException(
                "%s: %d times all of the work took no longer than a fifth of it (expected: a machine with"
                                .formatted(contestant.title(), ATTEMPTS)
                        + " time for the engines; give more --units, or try again when it is"
                        + " idle)");
    }

    private static String table(Map<Contestant, List<Lap>> laps) {
        double slowest =
                laps.entrySet().stream()
                        .filter(entry -> entry.getKey() instanceof Contestant.FreeEngine)
                        .mapToDouble(entry -> Lap.median(entry.getValue()).blocksPerSecond())
                        .min()
                        .orElseThrow();
        TextTable table = new TextTable("").row("", "blocks/s", "steps/s", "ratio", "wall");
        laps.forEach((contestant, repetitions) -> {
            Lap median = Lap.median(repetitions);
            table.row(
                    contestant.title(),
                    Quantity.rough(median.blocksPerSecond()),
                    Quantity.rough(median.stepsPerSecond()),
                    String.format(Locale.ROOT, "%.3f", median.blocksPerSecond() / slowest),
                    Quantity.time(median.wallMs()));
        });
        return table.text();
    }

    private static void checkAtLeast(String option, int value, int least) {
        if (value < least) {
            throw new ConfigException(
                    option + ": " + value + " (expected: at least " + least + ")");
        }
    }
}
