package dev.lockstep.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.junit.jupiter.api.Test;

class UploadPaceTest {
    private static final long START = -5;
    private static final long PATIENCE = SECONDS.toNanos(UploadPace.PATIENCE_SECONDS);

    private final UploadPace pace = new UploadPace(START);

    @Test
    void nobodyWaitsForOneThatSendsNothing() {
        assertThat(pace.patienceNanos(START)).isEqualTo(PATIENCE);
        assertThat(pace.patienceNanos(START + PATIENCE)).isZero();
    }

    @Test
    void nobodyWaitsForOneThatSendsNextToNothing() {
        pace.received(1000);
        assertThat(pace.patienceNanos(START + PATIENCE)).isZero();
    }

    @Test
    void whoSendsEnoughMayPauseButNotForLong() {
        pace.received(600 * UploadPace.LEAST_BYTES_PER_SECOND);
        assertThat(pace.patienceNanos(START + 10 * PATIENCE)).isEqualTo(PATIENCE);
        assertThat(pace.patienceNanos(START + 11 * PATIENCE)).isZero();
    }
}
