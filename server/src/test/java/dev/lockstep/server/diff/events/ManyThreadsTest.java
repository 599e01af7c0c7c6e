package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Logs of more threads than anybody has: what is kept of them is bounded. */
class ManyThreadsTest {
    private static final int KEPT_PAIRS = 1000;
    private static final int KEPT_UNPAIRED = 100;

    @TempDir private Path directory;

    /** Each has two events; the second of every tenth differs if {@code changed}. */
    private Path log(String name, int threads, boolean changed) throws IOException {
        Path file = directory.resolve(name);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(Verdicts.HEADER + "\n");
            for (int i = 0; i < 2; i++) {
                for (int tid = 0; tid < threads; tid++) {
                    int value = changed && i == 1 && tid % 10 == 0 ? 1 : 0;
                    out.write(event(tid, i, "x.call", "{\"name\":\"f\",\"v\":" + value + "}"));
                    out.write('\n');
                }
            }
        }
        return file;
    }

    private EventDiffResult diff(Path reference, Path subject) throws Exception {
        return Verdicts.of(
                reference, subject, DiffRequest.of(EventProfiles.shipped("default"), directory));
    }

    @Test
    void ofManyPairsTheFirstThatDifferAndTheFirstThatDoNotAreKept() throws Exception {
        EventDiffResult result = diff(log("r", 20_000, false), log("s", 20_000, true));
        assertThat(result.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(result.pairCount()).isEqualTo(20_000);
        assertThat(result.differentCount()).isEqualTo(2000);
        assertThat(result.pairs()).hasSize(2 * KEPT_PAIRS);
        assertThat(result.pairs()).filteredOn(PairResult::isDifferent).hasSize(KEPT_PAIRS);
        assertThat(result.pairs()).extracting(PairResult::referenceTid).isSorted();
        assertThat(result.firstDifferent().orElseThrow().referenceTid()).isZero();
    }

    @Test
    void ofManyThreadsWithoutAPartnerTheFirstAreKeptAndAllAreCounted() throws Exception {
        EventDiffResult result = diff(log("r", 5000, false), log("s", 10, false));
        assertThat(result.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(result.reference().unpairedCount()).isEqualTo(4990);
        assertThat(result.reference().unpaired()).hasSize(KEPT_UNPAIRED);
        assertThat(result.subject().unpaired()).isEmpty();
    }

    @Test
    void ofPairsWithLongEventsFewerAreKept() throws Exception {
        int threads = 300;
        Path reference = longEvents("r", threads, -1);
        EventDiffResult result = diff(reference, longEvents("s", threads, threads - 1));
        assertThat(result.pairCount()).isEqualTo(threads);
        assertThat(result.pairs()).hasSizeBetween(40, 100);
        assertThat(result.firstDifferent().orElseThrow().referenceTid()).isEqualTo(threads - 1);
        long kept = result.pairs().stream().mapToLong(PairResult::weight).sum();
        assertThat(kept).isLessThan(9 << 20);
    }

    /** Each thread has six events of 20 kB; the last of one thread may differ. */
    private Path longEvents(String name, int threads, int wrong) throws IOException {
        Path file = directory.resolve(name);
        String text = "x".repeat(20_000);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(Verdicts.HEADER + "\n");
            for (int tid = 0; tid < threads; tid++) {
                for (int i = 0; i < 6; i++) {
                    String kind = tid == wrong && i == 5 ? "y" : "x";
                    out.write(event(tid, i, kind, "{\"v\":\"%s\"}".formatted(text)));
                    out.write('\n');
                }
            }
        }
        return file;
    }

    /** In a process of its own, which has no more memory than the command has. */
    @Test
    @Tag("endurance")
    void aMillionThreadsAreComparedIn512MiB() throws Exception {
        int threads = 1_000_000;
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ManyThreadsTest.class.getName(),
                                log("r", threads, false).toString(),
                                log("s", threads, true).toString(),
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("1000000 pairs, 100000 different, 1900000 events matched\n");
        assertThat(process.waitFor()).isZero();
    }

    /** Compares the logs and says what it came to; with a directory for temporary files. */
    static void main(String[] arguments) throws Exception {
        DiffRequest request =
                DiffRequest.of(EventProfiles.shipped("default"), Path.of(arguments[2]));
        EventDiffResult result = Verdicts.of(Path.of(arguments[0]), Path.of(arguments[1]), request);
        System.out.printf(
                "%d pairs, %d different, %d events matched%n",
                result.pairCount(), result.differentCount(), result.matchedCount());
    }
}
