package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

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
     * Prints the table.
     *
     * @param eventCount events of each log
     */
    public void print(long eventCount, long seed) throws IOException, InterruptedException {
        Path canary = process.directory().resolve("canary.jsonl");
        Path ours = process.directory().resolve("ours.jsonl");
        new EventLogs(seed).write(canary, true, eventCount);
        new EventLogs(seed).write(ours, false, eventCount);
        long bytes = Files.size(canary) + Files.size(ours);
        out.printf(
                "two logs of %s events, %s bytes together, seed %d; profile %s%n%n",
                Quantity.rough((double) eventCount), Quantity.rough((double) bytes), seed, PROFILE);
        EventDiffRun diff = EventDiffRun.of(process, PROFILE, canary, ours);
        long start = System.nanoTime();
        PlainParse.tokens(List.of(canary, ours));
        double plainSeconds = seconds(System.nanoTime() - start);
        TextTable table = new TextTable("");
        table.row("", "events/s", "MB/s", "wall", "peak memory", "x plain");
        table.row(row("read and parse (Jackson)", diff.events(), bytes, plainSeconds, "-", "1.00"));
        table.row(
                row(
                        "lockstep diff events",
                        diff.events(),
                        bytes,
                        diff.seconds(),
                        diff.peakMib() + " MiB",
                        String.format(Locale.ROOT, "%.2f", plainSeconds / diff.seconds())));
        out.println(table.text());
        Files.delete(canary);
        Files.delete(ours);
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

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
