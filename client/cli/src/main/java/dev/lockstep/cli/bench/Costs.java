package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.TextTable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The part of a bench that shows what an engine costs besides time: its start, and memory. */
public final class Costs {
    private static final List<String> ENGINES = List.of("interp", "recomp");

    /** About 50 ms of work for qemu-riscv64. */
    private static final int SHORT_UNITS = 8;

    private static final int FOOTPRINT_MIB = 64;

    private final BenchProcess process;
    private final Path folder;
    private final Optional<QemuUser> qemu;

    /**
     * @param folder where the programs are
     */
    public Costs(BenchProcess process, Path folder, Optional<QemuUser> qemu) {
        this.process = process;
        this.folder = folder;
        this.qemu = qemu;
    }

    /** Returns the table; of each engine the median of so many runs counts. */
    public String table(int repetitions) throws IOException, InterruptedException {
        List<String> head = new ArrayList<>(List.of(""));
        List<String> walls =
                new ArrayList<>(List.of("short run (mixed " + SHORT_UNITS + "), wall"));
        List<String> peaks =
                new ArrayList<>(List.of("peak memory, guest of " + FOOTPRINT_MIB + " MiB"));
        for (String engine : ENGINES) {
            head.add(engine);
            walls.add(seconds(median(repetitions, () -> shortRun(engine))));
            peaks.add(median(repetitions, () -> footprint(engine)) + " MiB");
        }
        if (qemu.isPresent()) {
            head.add(QemuUser.NAME);
            walls.add(seconds(median(repetitions, () -> shortRun(qemu.get()))));
            peaks.add("-");
        }
        return new TextTable("").row(head).row(walls).row(peaks).text();
    }

    private long shortRun(String engine) throws IOException, InterruptedException {
        return FreeRun.of(engine, process, folder.resolve("mixed"), SHORT_UNITS).wallMs();
    }

    private long shortRun(QemuUser emulator) throws IOException, InterruptedException {
        return emulator.run(process, folder.resolve("mixed"), SHORT_UNITS).wallMs();
    }

    private long footprint(String engine) throws IOException, InterruptedException {
        return FreeRun.of(engine, process, folder.resolve("footprint"), FOOTPRINT_MIB).peakMib();
    }

    private interface Measurement {
        long take() throws IOException, InterruptedException;
    }

    private static long median(int repetitions, Measurement measurement)
            throws IOException, InterruptedException {
        List<Long> results = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            results.add(measurement.take());
        }
        Collections.sort(results);
        return results.get((repetitions - 1) / 2);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }
}
