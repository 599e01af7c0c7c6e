package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A run ten times as long takes the coordinator no more memory. */
@Tag("endurance")
final class CoordinatorMemoryIT {
    private static final long SHORT_RUN_BLOCKS = 50_000_000;
    private static final long LONG_RUN_BLOCKS = 500_000_000;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final double GROWTH_LIMIT = 1.15;

    @TempDir private Path home;

    @Test
    void theCoordinatorsMemoryDoesNotGrowWithTheRun() throws Exception {
        long shortRunKib = peakRssKib(SHORT_RUN_BLOCKS);
        long longRunKib = peakRssKib(LONG_RUN_BLOCKS);
        System.out.printf(
                "peak RSS of the coordinator: %,d KiB at %,d blocks, %,d KiB at %,d%n",
                shortRunKib, SHORT_RUN_BLOCKS, longRunKib, LONG_RUN_BLOCKS);
        assertThat(longRunKib).isLessThan((long) (shortRunKib * GROWTH_LIMIT));
    }

    private long peakRssKib(long blocks) throws Exception {
        String engine = Lockstep.engine(StreamingEngine.class, Long.toString(blocks));
        Lockstep.Started run =
                new Lockstep(home)
                        .withAllCompilers()
                        .start(
                                "run",
                                "--reference",
                                "one=" + engine,
                                "--subject",
                                "other=" + engine,
                                "bin/hello");
        Path status = Path.of("/proc/" + run.process().pid() + "/status");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long peakKib = 0;
        while (!run.process().waitFor(100, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline) {
            peakKib = Math.max(peakKib, read(status));
        }
        try {
            run.await(Duration.ZERO).hasExitCode(0);
        } finally {
            run.process().destroyForcibly();
        }
        assertThat(peakKib).as("seen while it ran").isPositive();
        return peakKib;
    }

    /** Returns the peak so far, 0 once the process is gone, which it may be at any moment. */
    private static long read(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
