package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.io.IOException;
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
    @Tag("endurance")
    void aMillionThreadsAreCompared() throws Exception {
        int threads = 1_000_000;
        EventDiffResult result = diff(log("r", threads, false), log("s", threads, true));
        assertThat(result.pairCount()).isEqualTo(threads);
        assertThat(result.differentCount()).isEqualTo(threads / 10);
        assertThat(result.matchedCount()).isEqualTo(2L * threads - threads / 10);
    }
}
