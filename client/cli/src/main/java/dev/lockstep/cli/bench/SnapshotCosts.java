package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The part of a bench that shows what snapshots cost: how long a run stands still, how fast they
 * come into the store, and what room they take, beside a plain copy and a plain file.
 */
public final class SnapshotCosts {
    private final BenchProcess process;
    private final Path program;
    private final PrintStream out;

    /**
     * @param program fills memory and changes a hundredth of it a round
     */
    public SnapshotCosts(BenchProcess process, Path program, PrintStream out) {
        this.process = process;
        this.program = program;
        this.out = out;
    }

    /**
     * Prints the tables; of each figure the median counts.
     *
     * @param mib memory that the guest fills
     */
    public void print(int mib, int repetitions) throws IOException, InterruptedException {
        out.printf(
                "pages %d on both engines, window grain, %d snapshots; medians of %d interleaved"
                        + " repetitions%n%n",
                mib, SnapshotRun.SNAPSHOTS, repetitions);
        long bytes = (long) mib << 20;
        List<PlainTransfer> plain = new ArrayList<>();
        List<SnapshotLap> laps = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            plain.add(PlainTransfer.of(bytes, process.directory()));
            laps.add(SnapshotRun.measure(process, program, mib));
        }
        out.println(times(plain, laps, mib));
        out.printf(
                "While the first snapshot is stored, the run goes on at %.2f of its pace.%n%n",
                median(laps, SnapshotLap::pace));
        out.println(room(laps));
    }

    private static String times(List<PlainTransfer> plain, List<SnapshotLap> laps, int mib) {
        double copy = median(plain, PlainTransfer::copySeconds);
        double file = median(plain, PlainTransfer::fileSeconds);
        List<SnapshotLap.Kept> later = laps.stream().flatMap(lap -> lap.later().stream()).toList();
        TimeTable table = new TimeTable((long) mib << 20, copy, file);
        table.transfer("copy of %d MiB in memory".formatted(mib), copy);
        table.transfer("file of %d MiB, until the disk has it".formatted(mib), file);
        table.transfer(
                "first snapshot, from its order until it is kept",
                median(laps, SnapshotLap::storeSeconds));
        table.transfer(
                "the same from a file into an empty store, no guests beside it",
                median(laps, SnapshotLap::importSeconds));
        table.wait(
                "first snapshot, the run stands still",
                median(laps, lap -> lap.first().stallSeconds()));
        table.wait(
                "later ones, the run stands still", median(later, SnapshotLap.Kept::stallSeconds));
        return table.text();
    }

    /** Times of what has to do with so many bytes. */
    private static final class TimeTable {
        private final long bytes;
        private final double copySeconds;
        private final double fileSeconds;
        private final TextTable table =
                new TextTable("").row("", "time", "MB/s", "x copy", "x file");

        TimeTable(long bytes, double copySeconds, double fileSeconds) {
            this.bytes = bytes;
            this.copySeconds = copySeconds;
            this.fileSeconds = fileSeconds;
        }

        void transfer(String what, double seconds) {
            row(what, seconds, Quantity.exact(Math.round(bytes / seconds / 1e6)));
        }

        void wait(String what, double seconds) {
            row(what, seconds, "-");
        }

        private void row(String what, double seconds, String rate) {
            table.row(
                    what,
                    decimal("%.1f ms", seconds * 1e3),
                    rate,
                    decimal("%.2f", copySeconds / seconds),
                    decimal("%.2f", fileSeconds / seconds));
        }

        String text() {
            return table.text();
        }
    }

    private static String room(List<SnapshotLap> laps) {
        double first = median(laps, lap -> lap.first().addedBytes());
        return new TextTable("")
                .row("", "pages", "new pages", "room", "% of the first")
                .row(room("first snapshot", laps, SnapshotLap::first, first))
                .row(room(SnapshotRun.SNAPSHOTS + "th", laps, SnapshotLap::last, first))
                .text();
    }

    private static List<String> room(
            String what, List<SnapshotLap> laps, Choice choice, double firstBytes) {
        List<SnapshotLap.Kept> chosen = laps.stream().map(choice::of).toList();
        double bytes = median(chosen, SnapshotLap.Kept::addedBytes);
        return List.of(
                what,
                Quantity.exact((long) median(chosen, SnapshotLap.Kept::pages)),
                Quantity.exact((long) median(chosen, SnapshotLap.Kept::newPages)),
                Quantity.exact(Math.round(bytes / 1000)) + " kB",
                decimal("%.2f", 100 * bytes / firstBytes));
    }

    /** One of the snapshots of a run. */
    private interface Choice {
        SnapshotLap.Kept of(SnapshotLap lap);
    }

    /** Returns the one in the middle; of an even number the smaller of the two. */
    private static <T> double median(List<T> all, ToDoubleFunction<T> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }

    private static String decimal(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
