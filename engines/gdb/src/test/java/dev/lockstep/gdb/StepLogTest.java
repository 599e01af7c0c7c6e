package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class StepLogTest {
    private final StepLog log = new StepLog();

    private static StepOutcome to(long next) {
        return new StepOutcome(next, null, List.of(), StepOutcome.SAME, null);
    }

    @Test
    void whatWasDoneIsTold() {
        log.add(0, to(4));
        log.add(2, to(8));

        assertThat(log.covers(2)).isTrue();
        assertThat(log.covers(3)).isFalse();
        assertThat(log.get(2).nextPc()).isEqualTo(8);
    }

    @Test
    void aFutureThatWillNotComeIsForgotten() {
        log.add(0, to(4));
        log.add(1, to(8));

        log.forgetFrom(1);

        assertThat(log.covers(0)).isTrue();
        assertThat(log.covers(1)).isFalse();
    }

    @Test
    void whatIsLongAgoIsSaidToBeGone() {
        log.add(0, to(4));
        log.add(StepLog.STEPS, to(8));

        assertThatThrownBy(() -> log.get(0))
                .isInstanceOf(StubException.class)
                .hasMessageContaining("step 0 cannot be looked at again");
    }
}
