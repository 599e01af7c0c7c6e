package dev.lockstep.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.junit.jupiter.api.Test;

class UploadPaceTest {
    private static final long PATIENCE = SECONDS.toNanos(UploadPace.PATIENCE_SECONDS);

    private final UploadPace pace = new UploadPace();

    @Test
    void nobodyWaitsForOneThatSendsNothing() {
        assertThat(pace.patienceNanos()).isEqualTo(PATIENCE);
        pace.waited(PATIENCE);
        assertThat(pace.patienceNanos()).isZero();
    }

    @Test
    void nobodyWaitsForOneThatSendsNextToNothing() {
        pace.received(1000);
        pace.waited(PATIENCE);
        assertThat(pace.patienceNanos()).isZero();
    }

    @Test
    void whoSendsEnoughMayPauseButNotForLong() {
        pace.received(600 * UploadPace.LEAST_BYTES_PER_SECOND);
        pace.waited(10 * PATIENCE);
        assertThat(pace.patienceNanos()).isEqualTo(PATIENCE);
        pace.waited(PATIENCE);
        assertThat(pace.patienceNanos()).isZero();
    }
}
