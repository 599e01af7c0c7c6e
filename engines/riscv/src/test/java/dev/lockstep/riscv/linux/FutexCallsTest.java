package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Futexes of one thread. */
final class FutexCallsTest {
    private static final int FUTEX = 98;

    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);
    private long word;
    private long other;

    @BeforeEach
    void place() {
        word = guest.buffer;
        other = guest.buffer + 8;
    }

    @AfterEach
    void close() {
        guest.close();
    }

    @Test
    void nobodyIsWokenOrMoved() {
        assertThat(guest.call(FUTEX, word, 1, 5, 0, 0, 0)).isZero();
        assertThat(guest.call(FUTEX, word, 3, 5, 5, other, 0)).isZero();
        assertThat(guest.call(FUTEX, word, 4, 5, 5, other, 0)).isZero();
        assertThat(guest.call(FUTEX, word, 4, 5, 5, other, 1)).isEqualTo(-11);
        assertThat(guest.call(FUTEX, word, 10, 5, 0, 0, 0)).as("no bits").isEqualTo(-22);
    }

    @Test
    void aWaitEndsWithItsTimeOrAtOnce() {
        assertThat(guest.call(FUTEX, word, 0, 5, 0, 0, 0)).as("another value").isEqualTo(-11);
        guest.memory.storeLong(other, 0);
        guest.memory.storeLong(other + 8, 1000);
        assertThat(guest.call(FUTEX, word, 0, 0, other, 0, 0)).isEqualTo(-110);
        assertThat(guest.call(FUTEX, word, 9, 0, other, 0, 1)).as("long past").isEqualTo(-110);
        assertThat(guest.call(FUTEX, word, 0, 0, 0, 0, 0)).isEqualTo(-35);
        assertThat(guest.notes).singleElement().asString().contains("nobody can wake");
    }

    @ParameterizedTest
    @CsvSource({
        "0x00007000, 7",
        "0x10007000, 12",
        "0x20003000, 7",
        "0x30004000, 1",
        "0x40001000, 4",
        "0x80003000, 8",
    })
    void wakingMayChangeAnotherWordFirst(long operation, int expected) {
        guest.memory.storeInt(other, 5);
        assertThat(guest.call(FUTEX, word, 5, 1, 1, other, operation)).isZero();
        assertThat(guest.memory.loadInt(other)).isEqualTo(expected);
    }

    @Test
    void aLockHasOneOwner() {
        int self = (int) guest.call(178);
        guest.memory.storeInt(word, 0);
        assertThat(guest.call(FUTEX, word, 6, 0, 0, 0, 0)).isZero();
        assertThat(guest.memory.loadInt(word)).isEqualTo(self);
        assertThat(guest.call(FUTEX, word, 8, 0, 0, 0, 0)).isEqualTo(-35);
        assertThat(guest.call(FUTEX, word, 7, 0, 0, 0, 0)).isZero();
        assertThat(guest.call(FUTEX, word, 7, 0, 0, 0, 0)).isEqualTo(-1);
    }

    @Test
    void aWrongWordIsRefused() {
        assertThat(guest.call(FUTEX, word + 1, 1, 5, 0, 0, 0)).isEqualTo(-22);
        assertThat(guest.call(FUTEX, 8, 1, 5, 0, 0, 0)).isEqualTo(-14);
        assertThat(guest.call(FUTEX, 8, 0x81, 5, 0, 0, 0)).as("not looked at").isZero();
        assertThat(guest.call(FUTEX, word, 99, 5, 0, 0, 0)).isEqualTo(-38);
    }
}
