package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PollCallsTest {
    private static final long EINTR = -4;
    private static final long USR1 = 10;
    private static final int IN = 1;
    private static final int OUT = 4;
    private static final int INVALID = 0x20;

    private final Hart hart = new Hart();
    private final LinuxGuest guest = new LinuxGuest(hart, InputSource.HOST);
    private long time;
    private long entries;
    private int reader;
    private int writer;

    @BeforeEach
    void openPipe() {
        assertThat(guest.call(59, guest.buffer, 0)).isZero();
        reader = guest.memory.loadInt(guest.buffer);
        writer = guest.memory.loadInt(guest.buffer + 4);
        time = guest.buffer + 0x100;
        entries = guest.buffer + 0x200;
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private void entry(int index, int descriptor, int events) {
        guest.memory.storeInt(entries + 8L * index, descriptor);
        guest.memory.storeInt(entries + 8L * index + 4, events);
    }

    private int found(int index) {
        return guest.memory.loadShort(entries + 8L * index + 6);
    }

    private long span(long seconds, long nanoseconds) {
        guest.memory.storeLong(time, seconds);
        guest.memory.storeLong(time + 8, nanoseconds);
        return time;
    }

    @Test
    void aPollTellsWhatIsReadyAndHowMuchTimeIsLeft() {
        entry(0, reader, IN);
        entry(1, writer, OUT);
        entry(2, -1, IN);
        entry(3, 900, IN);
        assertThat(guest.call(73, entries, 4, span(99, 0), 0, 0)).isEqualTo(2);
        assertThat(found(0)).isZero();
        assertThat(found(1)).isEqualTo(OUT);
        assertThat(found(2)).isZero();
        assertThat(found(3)).isEqualTo(INVALID);
        assertThat(guest.memory.loadLong(time)).isBetween(1L, 98L);
    }

    @Test
    void aPollInVainUsesItsTime() {
        entry(0, reader, IN);
        assertThat(guest.call(73, entries, 1, span(0, 1000), 0, 0)).isZero();
        assertThat(guest.memory.loadLong(time + 8)).isZero();
    }

    @Test
    void aSelectLeavesInItsSetsWhatIsReady() {
        long sets = guest.buffer + 0x300;
        guest.memory.storeLong(sets, 1L << reader | 1L << writer);
        guest.memory.storeLong(sets + 8, 1L << reader | 1L << writer);
        assertThat(guest.call(72, writer + 1, sets, sets + 8, 0, span(99, 0), 0)).isEqualTo(1);
        assertThat(guest.memory.loadLong(sets)).isZero();
        assertThat(guest.memory.loadLong(sets + 8)).isEqualTo(1L << writer);
        guest.memory.storeLong(sets, 1L << 60);
        assertThat(guest.call(72, 64, sets, 0, 0, span(0, 0), 0)).isEqualTo(-9);
    }

    @Test
    void aSignalThatTheMaskLetsThroughEndsTheWait() {
        long handler = 0x123450;
        guest.memory.storeLong(guest.buffer, handler);
        guest.call(134, USR1, guest.buffer, 0, 8);
        guest.memory.storeLong(guest.buffer, 1L << (USR1 - 1));
        guest.call(135, 0, guest.buffer, 0, 8);
        guest.call(129, guest.call(172), USR1);
        long none = guest.buffer + 0x400;
        entry(0, reader, IN);
        guest.tryCall(73, entries, 1, 0, none, 8);
        assertThat(hart.pc).isEqualTo(handler);
        guest.tryCall(139);
        assertThat(hart.x[10]).isEqualTo(EINTR);
    }

    @Test
    void wrongWaitsAreRefused() {
        assertThat(guest.call(73, entries, 2000, 0, 0, 0)).isEqualTo(-22);
        assertThat(guest.call(73, 8, 1, 0, 0, 0)).isEqualTo(-14);
        assertThat(guest.call(73, entries, 0, 8, 0, 0)).isEqualTo(-14);
        assertThat(guest.call(73, entries, 0, span(0, -1), 0, 0)).isEqualTo(-22);
        assertThat(guest.call(73, entries, 0, span(0, 0), entries, 4)).isEqualTo(-22);
        assertThat(guest.call(72, -1, 0, 0, 0, 0, 0)).isEqualTo(-22);
        assertThat(guest.call(72, 1, 8, 0, 0, 0, 0)).isEqualTo(-14);
    }
}
