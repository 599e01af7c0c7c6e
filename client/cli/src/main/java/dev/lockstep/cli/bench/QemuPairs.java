package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.server.run.Grain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a bench in which qemu-riscv64 is an engine: two of them with QEMU's own lockstep
 * plugin, connected to each other and through a coordinator; two with our plugin; and one alone,
 * beside one that reports to nobody who would hold it back.
 */
public final class QemuPairs {
    private static final String ALONE = "alone";
    private static final String CONNECTED = "connected to each other";
    private static final String COORDINATED = "through the coordinator";
    private static final String ONE_CPU = ", one CPU";

    /** QEMU's plugin is that much slower, so it gets one unit. */
    private static final int PLUGIN_UNITS = 1;

    /** What comes before the work that counts is a fifth of it. */
    private static final int MARKS = 5;

    private final BenchProcess process;
    private final Path program;
    private final QemuUser qemu;
    private final Optional<Path> theirPlugin;
    private final Path ourPlugin;

    /**
     * @param theirPlugin contrib/plugins/lockstep.c of QEMU, compiled
     * @param ourPlugin engines/qemu-plugin, compiled
     */
    public QemuPairs(
            BenchProcess process,
            Path program,
            QemuUser qemu,
            Optional<Path> theirPlugin,
            Path ourPlugin) {
        this.process = process;
        this.program = program;
        this.qemu = qemu;
        this.theirPlugin = theirPlugin;
        this.ourPlugin = ourPlugin;
    }

    /** Returns the tables of so many interleaved repetitions. */
    public String tables(int units, int repetitions) throws IOException, InterruptedException {
        Map<String, List<Lap>> pairs = new LinkedHashMap<>();
        Map<String, List<Double>> alone = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            if (theirPlugin.isPresent()) {
                measureTheirs(pairs, theirPlugin.get(), true);
                measureTheirs(pairs, theirPlugin.get(), false);
            }
            measureOurs(pairs, Grain.WINDOW, units);
            measureOurs(pairs, Grain.BLOCK, units);
            measureAlone(alone, units);
        }
        return pairTable(pairs) + "\n" + aloneTable(alone);
    }

    private void measureTheirs(Map<String, List<Lap>> laps, Path plugin, boolean oneCpu)
            throws IOException, InterruptedException {
        String where = oneCpu ? ONE_CPU : "";
        add(
                laps,
                "their plugin, " + CONNECTED + where,
                new Contestant.QemuPair(qemu, plugin, oneCpu).lap(process, program, PLUGIN_UNITS));
        List<String> before =
                oneCpu ? List.of("taskset", "-c", "" + Machine.firstCpu()) : List.of();
        String engine = "qemu-lockstep --qemu %s --plugin %s".formatted(qemu.command(), plugin);
        List<String> words = pair(engine, Grain.STRICT, PLUGIN_UNITS);
        words.addAll(0, List.of("--profile", "qemu"));
        add(laps, "their plugin, " + COORDINATED + where, CheckedLap.of(process, before, words));
    }

    private void measureOurs(Map<String, List<Lap>> laps, Grain grain, int units)
            throws IOException, InterruptedException {
        String engine = "qemu --qemu " + qemu.command();
        String title = "our plugin, " + grain.text() + " grain";
        add(
                laps,
                title,
                Undisturbed.measure(
                        title,
                        () -> {
                            Lap mark = run(engine, grain, units / MARKS);
                            Lap rest = run(engine, grain, units).since(mark);
                            return rest.engineNs() > 0 ? Optional.of(rest) : Optional.empty();
                        }));
    }

    private Lap run(String engine, Grain grain, int units)
            throws IOException, InterruptedException {
        return CheckedLap.of(process, List.of(), pair(engine, grain, units));
    }

    private List<String> pair(String engine, Grain grain, int units) {
        List<String> words = new ArrayList<>(List.of("--reference", engine, "--subject", engine));
        words.addAll(List.of("--grain", grain.text(), program.toString(), "" + units));
        return words;
    }

    /** Measures in seconds what all of the work takes beyond its first part. */
    private void measureAlone(Map<String, List<Double>> seconds, int units)
            throws IOException, InterruptedException {
        add(seconds, ALONE, between(List.of(), units));
        for (Grain grain : List.of(Grain.WINDOW, Grain.BLOCK)) {
            Path socket = process.directory().resolve("credit-" + grain.text() + ".sock");
            Files.deleteIfExists(socket);
            try (UnlimitedCredit credit = new UnlimitedCredit(socket, grain.wire())) {
                List<String> plugin =
                        List.of(
                                "-plugin",
                                ourPlugin
                                        + ",role=reference,run=bench,name=qemu,socket="
                                        + credit.socket());
                String title =
                        "with our plugin, %s grain, unlimited credit".formatted(grain.text());
                add(seconds, title, between(plugin, units));
            }
        }
    }

    private double between(List<String> options, int units)
            throws IOException, InterruptedException {
        return Undisturbed.measure(
                qemu.command().toString(),
                () -> {
                    double rest = seconds(options, units) - seconds(options, units / MARKS);
                    return rest > 0 ? Optional.of(rest) : Optional.empty();
                });
    }

    private double seconds(List<String> options, int units)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(qemu.command().toString()));
        words.addAll(options);
        words.addAll(List.of(program.toString(), "" + units));
        return process.execute(words).seconds();
    }

    private static <T> void add(Map<String, List<T>> all, String title, T one) {
        all.computeIfAbsent(title, _ -> new ArrayList<>()).add(one);
    }

    private static String pairTable(Map<String, List<Lap>> laps) {
        Map<String, Lap> medians = new LinkedHashMap<>();
        laps.forEach((title, all) -> medians.put(title, Lap.median(all)));
        double best =
                medians.entrySet().stream()
                        .filter(lap -> lap.getKey().contains(CONNECTED))
                        .mapToDouble(lap -> lap.getValue().blocksPerSecond())
                        .max()
                        .orElse(Double.NaN);
        TextTable table = new TextTable("");
        table.row(
                List.of(
                        "two " + QemuUser.NAME,
                        "blocks/s",
                        "steps/s",
                        "wall",
                        "x connected",
                        "x best connected"));
        medians.forEach((title, lap) -> {
            Lap connected = medians.get(title.replace(COORDINATED, CONNECTED));
            table.row(
                    List.of(
                            title,
                            Quantity.rough(lap.blocksPerSecond()),
                            Quantity.rough(lap.stepsPerSecond()),
                            Quantity.time(lap.wallMs()),
                            connected == null || !title.contains("their")
                                    ? "-"
                                    : ratio(lap.blocksPerSecond() / connected.blocksPerSecond()),
                            ratio(lap.blocksPerSecond() / best)));
        });
        return table.text();
    }

    private static String aloneTable(Map<String, List<Double>> seconds) {
        TextTable table = new TextTable("");
        table.row(List.of("one " + QemuUser.NAME, "seconds", "x alone"));
        double alone = median(seconds.getOrDefault(ALONE, List.of()));
        seconds.forEach((title, all) ->
                table.row(
                        List.of(title, "%.2f".formatted(median(all)), ratio(median(all) / alone))));
        return table.text();
    }

    private static String ratio(double value) {
        return Double.isNaN(value) ? "-" : "%.2f".formatted(value);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get((values.size() - 1) / 2);
    }
}
