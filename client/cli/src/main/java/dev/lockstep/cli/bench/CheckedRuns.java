package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Strength;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The part of a bench that says what checking everything costs: each program in lockstep in window
 * grain, beside the engines alone.
 */
public final class CheckedRuns {
    /** The recompiler's part of the work, for it is that much faster. */
    private static final int RECOMP_FACTOR = 2;

    /** How much more work the recompiler has beside the interpreter, so as not to end before it. */
    private static final int BESIDE_FACTOR = 32;

    private static final String ROW = "%-9s %-34s %9s %8s %9s %9s %8s%n";
    private static final String NONE = "-";

    /** What is measured, and which of the others it is compared with. */
    private enum Kind {
        INTERP("interp, free run"),
        INTERP_DIGEST("interp, free run with digest"),
        INTERP_BESIDE("the same, recomp running beside it"),
        CHECKED("interp and recomp, window"),
        RECOMP("recomp, free run"),
        RECOMP_COMMIT("recomp, free run, commit digest");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    private final BenchProcess process;
    private final Path folder;
    private final PrintStream out;
    private final Map<Kind, List<Double>> toFree = new LinkedHashMap<>();
    private final Map<Kind, List<Double>> toDigest = new LinkedHashMap<>();
    private final Map<Kind, List<Double>> toBeside = new LinkedHashMap<>();

    /**
     * @param folder where the programs are
     */
    public CheckedRuns(BenchProcess process, Path folder, PrintStream out) {
        this.process = process;
        this.folder = folder;
        this.out = out;
    }

    /** Measures each program and prints its lines as soon as it is done. */
    public void print(List<String> programs, int units, int repetitions)
            throws IOException, InterruptedException {
        out.printf(
                "Runs of %d units, recomp's alone of %d, after the first fifth; medians of %d"
                        + " interleaved repetitions%n%n",
                units, units * RECOMP_FACTOR, repetitions);
        out.printf(ROW, "program", "", "steps/s", "x free", "x digest", "x beside", "wall");
        for (String program : programs) {
            Map<Kind, List<Lap>> laps = new LinkedHashMap<>();
            for (int i = 0; i < repetitions; i++) {
                for (Kind kind : Kind.values()) {
                    laps.computeIfAbsent(kind, _ -> new ArrayList<>())
                            .add(lap(kind, folder.resolve(program), units));
                }
            }
            print(program, laps);
        }
        toFree.forEach((kind, ratios) ->
                out.printf(
                        ROW,
                        "geomean",
                        kind.title,
                        NONE,
                        geomean(ratios),
                        geomean(toDigest.getOrDefault(kind, List.of())),
                        geomean(toBeside.getOrDefault(kind, List.of())),
                        NONE));
    }

    private Lap lap(Kind kind, Path program, int units) throws IOException, InterruptedException {
        return switch (kind) {
            case INTERP -> FreeRun.of("interp", process, program, units).warmLap();
            case INTERP_DIGEST ->
                    FreeRun.of("interp", process, program, units, "--digest", "full").warmLap();
            case INTERP_BESIDE -> beside(program, units);
            case CHECKED ->
                    new Contestant.Pair(Grain.WINDOW, Strength.FULL, 1)
                            .lap(process, program, units);
            case RECOMP -> FreeRun.of("recomp", process, program, units * RECOMP_FACTOR).warmLap();
            case RECOMP_COMMIT ->
                    FreeRun.of(
                                    "recomp",
                                    process,
                                    program,
                                    units * RECOMP_FACTOR,
                                    "--digest",
                                    "commit")
                            .warmLap();
        };
    }

    /** What two engines that have nothing to do with each other lose by sharing the machine. */
    private Lap beside(Path program, int units) throws IOException, InterruptedException {
        BenchProcess.Started recomp =
                process.startLockstep(
                        "beside",
                        List.of(
                                "engine",
                                "recomp",
                                "--digest",
                                "full",
                                program.toString(),
                                "" + units * BESIDE_FACTOR));
        try {
            Lap lap = FreeRun.of("interp", process, program, units, "--digest", "full").warmLap();
            if (!recomp.isAlive()) {
                throw new IllegalStateException(
                        "recomp ended before interp did (expected: work for longer)");
            }
            return lap;
        } finally {
            recomp.kill();
        }
    }

    private void print(String program, Map<Kind, List<Lap>> laps) {
        Map<Kind, Lap> medians = new LinkedHashMap<>();
        laps.forEach((kind, all) -> medians.put(kind, Lap.median(all)));
        double interp = rate(medians, Kind.INTERP);
        double digest = rate(medians, Kind.INTERP_DIGEST);
        double beside = rate(medians, Kind.INTERP_BESIDE);
        double recomp = rate(medians, Kind.RECOMP);
        medians.forEach((kind, lap) -> {
            double rate = lap.stepsPerSecond();
            String free =
                    switch (kind) {
                        case INTERP_DIGEST, INTERP_BESIDE, CHECKED ->
                                ratio(toFree, kind, rate / interp);
                        case RECOMP_COMMIT -> ratio(toFree, kind, rate / recomp);
                        case INTERP, RECOMP -> NONE;
                    };
            boolean isDigested = kind == Kind.INTERP_BESIDE || kind == Kind.CHECKED;
            out.printf(
                    ROW,
                    program,
                    kind.title,
                    Quantity.rough(rate),
                    free,
                    isDigested ? ratio(toDigest, kind, rate / digest) : NONE,
                    kind == Kind.CHECKED ? ratio(toBeside, kind, rate / beside) : NONE,
                    Quantity.time(lap.wallMs()));
        });
        out.println();
    }

    private static double rate(Map<Kind, Lap> medians, Kind kind) {
        return medians.getOrDefault(kind, new Lap(0, 0, 1, 0)).stepsPerSecond();
    }

    private static String ratio(Map<Kind, List<Double>> all, Kind kind, double ratio) {
        all.computeIfAbsent(kind, _ -> new ArrayList<>()).add(ratio);
        return decimals(ratio);
    }

    private static String geomean(List<Double> ratios) {
        return ratios.isEmpty()
                ? NONE
                : decimals(
                        Math.exp(ratios.stream().mapToDouble(Math::log).average().orElseThrow()));
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
