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

    private static final String ROW = "%-9s %-32s %9s %8s %9s %8s%n";
    private static final String NONE = "-";

    /** What is measured, and which of the others it is compared with. */
    private enum Kind {
        INTERP("interp, free run"),
        INTERP_DIGEST("interp, free run with digest"),
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
        out.printf(ROW, "program", "", "steps/s", "x free", "x digest", "wall");
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
                        NONE));
    }

    private Lap lap(Kind kind, Path program, int units) throws IOException, InterruptedException {
        return switch (kind) {
            case INTERP -> FreeRun.of("interp", process, program, units).warmLap();
            case INTERP_DIGEST ->
                    FreeRun.of("interp", process, program, units, "--digest", "full").warmLap();
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

    private void print(String program, Map<Kind, List<Lap>> laps) {
        Map<Kind, Lap> medians = new LinkedHashMap<>();
        laps.forEach((kind, all) -> medians.put(kind, Lap.median(all)));
        double interp = rate(medians, Kind.INTERP);
        double digest = rate(medians, Kind.INTERP_DIGEST);
        double recomp = rate(medians, Kind.RECOMP);
        medians.forEach((kind, lap) -> {
            double rate = lap.stepsPerSecond();
            String free =
                    switch (kind) {
                        case INTERP_DIGEST, CHECKED -> ratio(toFree, kind, rate / interp);
                        case RECOMP_COMMIT -> ratio(toFree, kind, rate / recomp);
                        case INTERP, RECOMP -> NONE;
                    };
            String checked = kind == Kind.CHECKED ? ratio(toDigest, kind, rate / digest) : NONE;
            out.printf(
                    ROW,
                    program,
                    kind.title,
                    Quantity.rough(rate),
                    free,
                    checked,
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
