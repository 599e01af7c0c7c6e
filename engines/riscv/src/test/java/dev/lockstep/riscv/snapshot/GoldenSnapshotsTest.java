package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.snapshot.SnapshotProfile.CHECKED;
import static dev.lockstep.riscv.snapshot.SnapshotProfile.COMPATIBLE;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** 150 sequences of operations, with what the original made of them. */
class GoldenSnapshotsTest {
    private static final List<String> CASES = read();

    private static List<String> read() {
        try (InputStream file =
                Optional.ofNullable(
                                GoldenSnapshotsTest.class.getResourceAsStream(
                                        "page-snapshots.jsonl"))
                        .orElseThrow()) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static IntStream cases() {
        return IntStream.range(0, CASES.size());
    }

    private static SnapshotCase operated(int number, SnapshotProfile profile) {
        SnapshotCase golden = new SnapshotCase(Json.parse(CASES.get(number)), profile);
        golden.operate();
        return golden;
    }

    @ParameterizedTest(name = "case {0}")
    @MethodSource("cases")
    void theCompatibleProfileDoesAsTheOriginal(int number) {
        SnapshotCase golden = operated(number, COMPATIBLE);
        PageSnapshot snapshot = golden.make();

        assertThat(SnapshotCase.runs(snapshot)).isEqualTo(golden.expectedRuns());
        assertThat(golden.resumeFresh(snapshot)).isEqualTo(golden.expectedMemory());
    }

    @Test
    void thereAre150Cases() {
        assertThat(CASES).hasSize(150);
    }

    @ParameterizedTest(name = "case {0}")
    @MethodSource("cases")
    void theCheckedProfileResumesWhatThereWas(int number) {
        SnapshotCase golden = operated(number, CHECKED);

        assertThat(golden.resumeFresh(golden.make()))
                .isEqualTo(golden.memory())
                .isEqualTo(golden.expectedMemory());
    }

    /** None has what the checked profile mends; {@link PageSnapshotsTest} does. */
    @Test
    void theCheckedProfileTakesTheSamePagesFromSourcesInAll() {
        List<Integer> different = new ArrayList<>();
        cases().forEach(number -> {
            SnapshotCase golden = operated(number, CHECKED);
            if (!SnapshotCase.runs(golden.make()).equals(golden.expectedRuns())) {
                different.add(number);
            }
        });

        assertThat(different).isEmpty();
    }
}
