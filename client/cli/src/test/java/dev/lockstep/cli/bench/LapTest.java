package dev.lockstep.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class LapTest {
    @Test
    void theRateLeavesOutWhatCameBeforeTheMark() {
        Lap mark = new Lap(600, 100, 900_000_000, 2000);
        Lap whole = new Lap(3000, 500, 1_100_000_000, 2300);

        assertThat(whole.since(mark).blocksPerSecond()).isEqualTo(2000);
        assertThat(whole.since(mark).stepsPerSecond()).isEqualTo(12000);
        assertThat(whole.since(mark).wallMs()).isEqualTo(2300);
    }

    @Test
    void theMedianIsTheLapInTheMiddleByRate() {
        Lap slow = new Lap(1, 10, 100, 5);
        Lap middle = new Lap(1, 20, 100, 9);
        Lap fast = new Lap(1, 30, 100, 1);

        assertThat(Lap.median(List.of(fast, slow, middle))).isSameAs(middle);
        assertThat(Lap.median(List.of(fast, slow))).isSameAs(slow);
    }
}
