package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The part of a bench that compares two large states, beside reading and parsing them. */
public final class StateDiffs {
    private static final String PROFILE = "xenia";

    private final BenchProcess process;
    private final PrintStream out;

    public StateDiffs(BenchProcess process, PrintStream out) {
        this.process = process;
        this.out = out;
    }

    /**
     * Prints the table. Both are measured in turn, and of each the median counts.
     *
     * @param kernelBytes of the kernel of each state
     */
    public void print(long kernelBytes, long seed, int repetitions)
            throws IOException, InterruptedException {
        Path canary = process.directory().resolve("canary");
        Path ours = process.directory().resolve("ours");
        new GeneratedStates(seed).write(canary, true, kernelBytes);
        new GeneratedStates(seed).write(ours, false, kernelBytes);
        List<Path> kernels = List.of(canary.resolve("kernel.json"), ours.resolve("kernel.json"));
        long bytes = Files.size(kernels.getFirst()) + Files.size(kernels.getLast());
        out.printf(
                "two kernels, %s bytes together, seed %d; profile %s; medians of %d interleaved"
                        + " repetitions%n%n",
                Quantity.rough((double) bytes), seed, PROFILE, repetitions);
        List<DiffRun> diffs = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            diffs.add(diff(canary, ours));
            plain.add(plainSeconds(kernels));
        }
        diffs.sort(Comparator.comparingDouble(DiffRun::seconds));
        plain.sort(Comparator.naturalOrder());
        int middle = (repetitions - 1) / 2;
        out.println(table(diffs.get(middle), plain.get(middle), bytes));
        BenchProcess.delete(canary);
        BenchProcess.delete(ours);
    }

    private DiffRun diff(Path canary, Path ours) throws IOException, InterruptedException {
        return DiffRun.of(
                process,
                List.of("state", "--profile", PROFILE),
                canary.toString(),
                ours.toString());
    }

    private static double plainSeconds(List<Path> files) throws InterruptedException {
        long start = System.nanoTime();
        PlainParse.tokens(files);
        return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static String table(DiffRun diff, double plainSeconds, long bytes) {
        TextTable table = new TextTable("");
        table.row("", "MB/s", "wall", "peak memory", "x plain");
        table.row(row("read and parse (Jackson)", bytes, plainSeconds, "-", "1.00"));
        table.row(
                row(
                        "lockstep diff state",
                        bytes,
                        diff.seconds(),
                        diff.peakMib() + " MiB",
                        String.format(Locale.ROOT, "%.2f", plainSeconds / diff.seconds())));
        return table.text();
    }

    private static List<String> row(
            String what, long bytes, double seconds, String peak, String ratio) {
        return List.of(
                what,
                Quantity.exact(Math.round(bytes / seconds / 1e6)),
                String.format(Locale.ROOT, "%.1f s", seconds),
                peak,
                ratio);
    }
}
