package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process may ask and change about itself, and what it may not. */
final class ProcessCallsTest {
    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);

    @AfterEach
    void close() {
        guest.close();
    }

    @Test
    void theProcessMayBecomeWhatItIs() {
        long user = guest.call(174);
        assertThat(guest.call(146, user)).isZero();
        assertThat(guest.call(145, -1, user)).isZero();
        assertThat(guest.call(146, user + 1)).isEqualTo(-1);
        assertThat(guest.call(148, guest.buffer, guest.buffer + 4, guest.buffer + 8)).isZero();
        assertThat(guest.memory.loadInt(guest.buffer)).isEqualTo((int) user);
        assertThat(guest.notes).containsExactly("the guest stays who it is; setuid gives EPERM");
    }

    @Test
    void theStackIsAsLargeAsItsLimit() {
        assertThat(guest.call(163, 3, guest.buffer)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer)).isEqualTo(8 << 20);
    }

    @Test
    void theGuestHasNoMoreDescriptorsThanItsLimitSays() {
        assertThat(guest.call(163, 7, guest.buffer)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer)).isBetween(1L, 1024L);
    }

    @Test
    void randomBytesFillMuchMemoryButNoneThatIsNotThere() {
        long all = guest.call(222, 0, 0x200000, 3, 0x22, -1, 0);
        assertThat(guest.call(278, all, 0x200000, 0)).isEqualTo(1 << 20);
        assertThat(guest.call(278, all, 1L << 31, 0)).isEqualTo(-14);
        assertThat(guest.call(278, all, -1, 0)).isEqualTo(-14);
        assertThat(guest.call(278, all, 1, 8)).isEqualTo(-22);
        assertThat(guest.call(278, 0, 0, 0)).isZero();
    }

    @Test
    void aLimitThatWasSetIsRemembered() {
        guest.memory.storeLong(guest.buffer, 5);
        guest.memory.storeLong(guest.buffer + 8, 6);
        assertThat(guest.call(261, 0, 4, guest.buffer, guest.buffer + 16)).isZero();
        assertThat(guest.call(163, 4, guest.buffer + 32)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer + 32)).isEqualTo(5);
        assertThat(guest.memory.loadLong(guest.buffer + 40)).isEqualTo(6);
        guest.memory.storeLong(guest.buffer, 7);
        assertThat(guest.call(164, 4, guest.buffer)).as("soft above hard").isEqualTo(-22);
        assertThat(guest.call(163, 99, guest.buffer)).isEqualTo(-22);
        assertThat(guest.call(163, 4, 8)).isEqualTo(-14);
    }

    @ParameterizedTest
    @CsvSource({
        "220, 0x11, -38",
        "220, 0x10f00, -11",
        "221, 0, -13",
        "281, 0, -13",
        "142, 0, -1",
        "40, 0, -1",
        "198, 1, -97",
        "277, 0, -38",
    })
    void whatAGuestCannotHaveIsRefusedWithOneNote(long number, long argument, long error) {
        assertThat(guest.call(number, argument)).isEqualTo(error);
        assertThat(guest.call(number, argument)).isEqualTo(error);
        assertThat(guest.notes).hasSize(1);
    }

    @Test
    void nobodyIsThereToWaitFor() {
        assertThat(guest.call(260, -1, 0, 0, 0)).isEqualTo(-10);
        assertThat(guest.call(95, 0, 0, guest.buffer, 4, 0)).isEqualTo(-10);
    }

    @Test
    void whatAProcessSetsAboutItselfIsRemembered() {
        assertThat(guest.call(167, 15, guest.string("a rather long name"))).isZero();
        assertThat(guest.call(167, 16, guest.buffer + 64)).isZero();
        assertThat(guest.memory.loadByte(guest.buffer + 64 + 15)).isZero();
        assertThat(guest.call(167, 38, 1)).isZero();
        assertThat(guest.call(167, 39)).isEqualTo(1);
        assertThat(guest.call(167, 4, 0)).isZero();
        assertThat(guest.call(167, 3)).isZero();
        assertThat(guest.call(167, 4, 2)).isEqualTo(-22);
        assertThat(guest.call(167, 9999)).isEqualTo(-22);
        assertThat(guest.call(92, 5)).isZero();
        assertThat(guest.call(92, 0xffffffffL)).isEqualTo(5);
    }

    @Test
    void theHostTellsHowItSchedules() {
        assertThat(guest.call(120, 0)).isZero();
        assertThat(guest.call(123, 0, 128, guest.buffer)).isPositive();
        assertThat(guest.memory.loadLong(guest.buffer)).isNotZero();
        assertThat(guest.call(168, guest.buffer, 0, 0)).isZero();
        assertThat(guest.call(141, 0, 0)).isPositive();
    }
}
