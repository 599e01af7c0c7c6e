package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

final class YieldThenSelectTest {
    private long nowNs;
    private final YieldThenSelect strategy = new YieldThenSelect(() -> nowNs);

    @Test
    void afterAnEventTheLoopLooksForAnotherForAWhileAndThenSleeps() throws Exception {
        pass(10, TimeUnit.SECONDS);
        assertThat(strategy.calculateStrategy(() -> 3, false)).isEqualTo(3);
        pass(100, TimeUnit.MICROSECONDS);
        assertThat(strategy.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
        pass(150, TimeUnit.MICROSECONDS);
        assertThat(strategy.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.SELECT);
    }

    @Test
    void aLoopWithTasksNeitherSleepsNorYields() throws Exception {
        pass(10, TimeUnit.SECONDS);
        assertThat(strategy.calculateStrategy(() -> 0, true)).isZero();
    }

    private void pass(long amount, TimeUnit unit) {
        nowNs += unit.toNanos(amount);
    }
}
