package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Strength;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The part of a bench in which two engines check each other, beside each of them alone. */
final class Pairs {
    /** A pair in strict grain gets so much less work, for it is that much slower. */
    private static final int STRICT_SHARE = 250;

    private static final List<Contestant> CONTESTANTS =
            List.of(
                    new Contestant.FreeEngine("interp"),
                    new Contestant.FreeEngine("recomp"),
                    new Contestant.Pair(Grain.WINDOW, Strength.FULL, 1),
                    new Contestant.Pair(Grain.WINDOW, Strength.COMMIT, 1),
                    new Contestant.Pair(Grain.BLOCK, Strength.FULL, 1),
                    new Contestant.Pair(Grain.STRICT, Strength.FULL, STRICT_SHARE));

    private final BenchProcess process;
    private final Path program;

    Pairs(BenchProcess process, Path program) {
        this.process = process;
        this.program = program;
    }

    /** Returns the table of so many interleaved repetitions. */
    String table(int units, int repetitions) throws IOException, InterruptedException {
        Map<Contestant, List<Lap>> laps = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            for (Contestant contestant : CONTESTANTS) {
                laps.computeIfAbsent(contestant, _ -> new ArrayList<>())
                        .add(contestant.lap(process, program, units));
            }
        }
        return table(laps);
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
}
