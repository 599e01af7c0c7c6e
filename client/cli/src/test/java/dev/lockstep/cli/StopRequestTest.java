package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StopRequestTest {
    private final StopRequest stop = new StopRequest();

    @Test
    void aFirstTermIsNotUrgentAndASecondIs() throws InterruptedException {
        stop.signal("SIGTERM");
        stop.await();
        assertThat(stop.isUrgent()).isFalse();
        stop.signal("SIGTERM");
        assertThat(stop.isUrgent()).isTrue();
    }

    @Test
    void ctrlCIsUrgentAtOnce() throws InterruptedException {
        stop.signal("SIGINT");
        stop.await();
        assertThat(stop.isUrgent()).isTrue();
    }

    @Test
    void aTerminalThatIsClosedSaysSoTwiceWithoutHaste() throws InterruptedException {
        stop.signal("SIGHUP");
        stop.signal("SIGHUP");
        stop.await();
        assertThat(stop.isUrgent()).isFalse();
        stop.signal("SIGTERM");
        assertThat(stop.isUrgent()).isTrue();
    }
}
