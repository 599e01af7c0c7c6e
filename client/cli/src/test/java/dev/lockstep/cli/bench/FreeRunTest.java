package dev.lockstep.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.bench.FreeRun.Mark;

import org.junit.jupiter.api.Test;

import java.util.List;

final class FreeRunTest {
    private static final long START_NS = 5_000_000_000L;
    private static final long MS = 1_000_000;

    @Test
    void aWarmLapBeginsAfterAFifthOfTheSteps() {
        FreeRun run =
                run(mark(0, 0, 100), mark(90, 9, 800), mark(250, 25, 900), mark(1000, 100, 1900));

        assertThat(run.warmLap()).isEqualTo(new Lap(750, 75, 1000 * MS, 2000));
        assertThat(run.steps()).isEqualTo(1000);
    }

    @Test
    void theFirstSecondBeginsWithTheCommand() {
        FreeRun run =
                run(mark(0, 0, 400), mark(100, 10, 900), mark(300, 30, 1100), mark(900, 90, 1700));

        assertThat(run.firstSecond()).isEqualTo(200);
    }

    @Test
    void nothingIsDoneInTheFirstSecondWhenTheEngineStartsLater() {
        assertThat(run(mark(0, 0, 1200), mark(100, 10, 1300)).firstSecond()).isZero();
    }

    @Test
    void aRunShorterThanASecondCountsAsAWhole() {
        assertThat(run(mark(0, 0, 200), mark(100, 10, 500)).firstSecond()).isEqualTo(200);
    }

    private static Mark mark(long steps, long blocks, long ms) {
        return new Mark(steps, blocks, START_NS + ms * MS);
    }

    private static FreeRun run(Mark... marks) {
        return new FreeRun(START_NS, List.of(marks), "", 2000, 100);
    }
}
