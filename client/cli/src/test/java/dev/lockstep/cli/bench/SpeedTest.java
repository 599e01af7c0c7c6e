package dev.lockstep.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

final class SpeedTest {
    @Test
    void theMedianIsThatOfEachFigure() {
        assertThat(
                        Speed.median(
                                List.of(
                                        new Speed(10, 3, 500),
                                        new Speed(30, 1, 700),
                                        new Speed(20, 2, 600))))
                .isEqualTo(new Speed(20, 2, 600));
    }

    @Test
    void ofAnEvenNumberTheLowerCounts() {
        assertThat(Speed.median(List.of(new Speed(10, 4, 8), new Speed(30, 2, 9))))
                .isEqualTo(new Speed(10, 2, 8));
    }

    @Test
    void theGeometricMeanOfRatiosIsTheRatioOfGeometricMeans() {
        Speed mean = Speed.geomean(List.of(new Speed(2, 1, 4), new Speed(8, 9, 1)));

        assertThat(mean.warm()).isCloseTo(4, within(1e-9));
        assertThat(mean.cold()).isCloseTo(3, within(1e-9));
        assertThat(mean.wallMs()).isCloseTo(2, within(1e-9));
    }

    @Test
    void aRatioDividesEachFigure() {
        assertThat(new Speed(10, 3, 500).relativeTo(new Speed(20, 1, 250)))
                .isEqualTo(new Speed(0.5, 3, 2));
    }
}
