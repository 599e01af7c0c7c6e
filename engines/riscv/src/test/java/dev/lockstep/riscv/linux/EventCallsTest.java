package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EventCallsTest {
    private static final int ADD = 1;
    private static final int IN = 1;
    private static final long DATA = 0x123456789abcdefL;

    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);

    @AfterEach
    void close() {
        guest.close();
    }

    private long watch(long descriptor) {
        long events = guest.call(20, 0);
        guest.memory.storeInt(guest.buffer, IN);
        guest.memory.storeLong(guest.buffer + 8, DATA);
        assertThat(guest.call(21, events, ADD, descriptor, guest.buffer)).isZero();
        return events;
    }

    @Test
    void aCounterThatIsNotZeroIsAnEventWithItsData() {
        long counter = guest.call(19, 3, 0);
        long events = watch(counter);
        assertThat(guest.call(22, events, guest.buffer + 64, 4, -1, 0, 8)).isEqualTo(1);
        assertThat(guest.memory.loadInt(guest.buffer + 64)).isEqualTo(IN);
        assertThat(guest.memory.loadLong(guest.buffer + 72)).isEqualTo(DATA);
        assertThat(guest.call(63, counter, guest.buffer, 8)).isEqualTo(8);
        assertThat(guest.memory.loadLong(guest.buffer)).isEqualTo(3);
        assertThat(guest.call(22, events, guest.buffer + 64, 4, 1, 0, 8)).isZero();
    }

    @Test
    void aTimerIsAnEventOnceItHasExpired() {
        long timer = guest.call(85, 1, 0);
        long events = watch(timer);
        guest.memory.storeLong(guest.buffer + 128 + 24, 1000);
        assertThat(guest.call(86, timer, 0, guest.buffer + 128, 0)).isZero();
        assertThat(guest.call(22, events, guest.buffer + 64, 4, -1, 0, 8)).isEqualTo(1);
    }

    @Test
    void aReadThatWouldWaitForTheGuestItselfReturns() {
        assertThat(guest.call(63, guest.call(19, 0, 0), guest.buffer, 8)).isEqualTo(-35);
        assertThat(guest.notes).hasSize(1);
    }

    @Test
    void wrongWaitsAreRefused() {
        long events = guest.call(20, 0);
        assertThat(guest.call(22, events, guest.buffer, 0, 0, 0, 8)).isEqualTo(-22);
        assertThat(guest.call(22, events, 8, 1, 0, 0, 8)).isEqualTo(-14);
        assertThat(guest.call(21, events, ADD, 900, guest.buffer)).isEqualTo(-9);
        assertThat(guest.call(21, events, ADD, 0, 8)).isEqualTo(-14);
    }
}
