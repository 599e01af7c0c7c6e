package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a bench in which each engine, and qemu-riscv64 where there is one, executes the
 * programs of engines/programs/bin/bench by itself.
 */
public final class FreeRuns {
    public static final List<String> PROGRAMS =
            List.of("mixed", "sha256", "sort", "scan", "nbody", "sieve", "bytecode", "blocks");

    /** The interpreter's part of the work, for it is that much slower. */
    private static final int INTERP_SHARE = 8;

    private static final String ROW = "%-9s %-12s %8s %7s %14s %7s %8s%n";
    private static final String NONE = "-";

    private final BenchProcess process;
    private final Path folder;
    private final Optional<QemuUser> qemu;
    private final PrintStream out;
    private final Map<String, List<Speed>> medians = new LinkedHashMap<>();
    private final Map<String, List<Speed>> ratios = new LinkedHashMap<>();

    /**
     * @param folder where the programs are
     */
    public FreeRuns(BenchProcess process, Path folder, Optional<QemuUser> qemu, PrintStream out) {
        this.process = process;
        this.folder = folder;
        this.qemu = qemu;
        this.out = out;
    }

    /** Measures each program and prints its lines as soon as it is done. */
    public void print(List<String> programs, int units, int repetitions)
            throws IOException, InterruptedException {
        out.printf(
                "Free runs of %d units, interp's of %d; steps/s after the first fifth; medians of"
                        + " %d interleaved repetitions%n%n",
                units, interpUnits(units), repetitions);
        out.printf(ROW, "program", "engine", "steps/s", "x qemu", "first second", "x qemu", "wall");
        for (String program : programs) {
            Map<String, List<Speed>> speeds = new LinkedHashMap<>();
            for (int i = 0; i < repetitions; i++) {
                repetition(folder.resolve(program), units, speeds);
            }
            print(program, speeds);
        }
        medians.forEach(
                (engine, all) -> row("geomean", engine, Speed.geomean(all), geomeanRatio(engine)));
    }

    private void repetition(Path program, int units, Map<String, List<Speed>> speeds)
            throws IOException, InterruptedException {
        int part = interpUnits(units);
        FreeRun interp = FreeRun.of("interp", process, program, part);
        FreeRun recomp = FreeRun.of("recomp", process, program, units);
        add(speeds, "interp", interp.speed());
        add(speeds, "recomp", recomp.speed());
        if (qemu.isPresent()) {
            Speed speed =
                    Undisturbed.measure(
                            QemuUser.NAME + ", " + program.getFileName(),
                            () ->
                                    qemu.get()
                                            .speed(
                                                    process,
                                                    program,
                                                    QemuUser.Amount.of(part, interp),
                                                    QemuUser.Amount.of(units, recomp)));
            add(speeds, QemuUser.NAME, speed);
        }
    }

    private static int interpUnits(int units) {
        return Math.max(1, units / INTERP_SHARE);
    }

    private void print(String program, Map<String, List<Speed>> speeds) {
        Optional<Speed> reference =
                Optional.ofNullable(speeds.get(QemuUser.NAME)).map(Speed::median);
        speeds.forEach((engine, repetitions) -> {
            Speed median = Speed.median(repetitions);
            Optional<Speed> ratio = reference.map(median::relativeTo);
            add(medians, engine, median);
            ratio.ifPresent(found -> add(ratios, engine, found));
            row(program, engine, median, ratio);
        });
        out.println();
    }

    private Optional<Speed> geomeanRatio(String engine) {
        return Optional.ofNullable(ratios.get(engine)).map(Speed::geomean);
    }

    private void row(String program, String engine, Speed speed, Optional<Speed> ratio) {
        out.printf(
                ROW,
                program,
                engine,
                Quantity.rough(speed.warm()),
                ratio.map(it -> decimals(it.warm())).orElse(NONE),
                Quantity.rough(speed.cold()),
                ratio.map(it -> decimals(it.cold())).orElse(NONE),
                decimals(speed.wallMs() / 1000) + " s");
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static void add(Map<String, List<Speed>> speeds, String engine, Speed speed) {
        speeds.computeIfAbsent(engine, _ -> new ArrayList<>()).add(speed);
    }
}
