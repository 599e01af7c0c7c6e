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
import java.util.function.ToDoubleFunction;

/** The part of a bench that compares two large event logs, beside reading and parsing them. */
public final class EventDiffs {
    private static final String PROFILE = "xenia";

    private final BenchProcess process;
    private final PrintStream out;

    public EventDiffs(BenchProcess process, PrintStream out) {
        this.process = process;
        this.out = out;
    }

    /**
     * Prints the table. Both are measured in turn, and of each the median counts.
     *
     * @param eventCount events of each log
     */
    public void print(long eventCount, long seed, int repetitions)
            throws IOException, InterruptedException {
        Path canary = process.directory().resolve("canary.jsonl");
        Path ours = process.directory().resolve("ours.jsonl");
        new GeneratedLogs(seed).write(canary, true, eventCount);
        new GeneratedLogs(seed).write(ours, false, eventCount);
        long bytes = Files.size(canary) + Files.size(ours);
        out.printf(
                "two logs of %s events, %s bytes together, seed %d; profile %s; medians of %d"
                        + " interleaved repetitions%n%n",
                Quantity.rough((double) eventCount),
                Quantity.rough((double) bytes),
                seed,
                PROFILE,
                repetitions);
        List<DiffRun> diffs = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            diffs.add(diff(canary, ours));
            plain.add(plainSeconds(canary, ours));
        }
        out.println(table(median(diffs, DiffRun::seconds), median(plain, it -> it), bytes));
        Files.delete(canary);
        Files.delete(ours);
    }

    private DiffRun diff(Path canary, Path ours) throws IOException, InterruptedException {
        return DiffRun.of(
                process,
                List.of(
                        "events",
                        "--profile",
                        PROFILE,
                        "--temp-dir",
                        process.directory().toString()),
                canary.toString(),
                ours.toString());
    }

    private static long events(DiffRun diff) {
        return diff.number("reference", "events") + diff.number("subject", "events");
    }

    private static double plainSeconds(Path... logs) throws InterruptedException {
        long start = System.nanoTime();
        PlainParse.tokens(List.of(logs));
        return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** Returns the one in the middle; of an even number the faster of the two. */
    private static <T> T median(List<T> results, ToDoubleFunction<T> seconds) {
        List<T> sorted = results.stream().sorted(Comparator.comparingDouble(seconds)).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    private static String table(DiffRun diff, double plainSeconds, long bytes) {
        TextTable table = new TextTable("");
        table.row("", "events/s", "MB/s", "wall", "peak memory", "x plain");
        table.row(row("read and parse (Jackson)", events(diff), bytes, plainSeconds, "-", "1.00"));
        table.row(
                row(
                        "lockstep diff events",
                        events(diff),
                        bytes,
                        diff.seconds(),
                        diff.peakMib() + " MiB",
                        String.format(Locale.ROOT, "%.2f", plainSeconds / diff.seconds())));
        return table.text();
    }

    private static List<String> row(
            String what, long events, long bytes, double seconds, String peak, String ratio) {
        return List.of(
                what,
                Quantity.rough(events / seconds),
                Quantity.exact(Math.round(bytes / seconds / 1e6)),
                String.format(Locale.ROOT, "%.1f s", seconds),
                peak,
                ratio);
    }
}
