package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.gdb.StepOutcome.Store;
import dev.lockstep.gdb.StopReply.Ended;
import dev.lockstep.gdb.StopReply.Stopped;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stub's answers mean. */
class AnswersTest {
    @Test
    void aStopHasASignal() {
        assertThat(StopReply.parse("S05")).isEqualTo(new Stopped(5));
        assertThat(StopReply.parse("T0bthread:p01.3699;20:0010000000000000;"))
                .isEqualTo(new Stopped(StopReply.SIGSEGV));
    }

    @Test
    void aProgramThatEndsSaysHow() {
        assertThat(StopReply.parse("W2a")).isEqualTo(new Ended("exited with status 42"));
        assertThat(StopReply.parse("X0b;process:1")).isEqualTo(new Ended("was ended by signal 11"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "E01", "OK", "T", "Tzz", "N", "S5"})
    void whatIsNoStopIsRefused(String answer) {
        assertThatThrownBy(() -> StopReply.parse(answer))
                .isInstanceOf(StubException.class)
                .hasMessageContaining("'" + answer + "' to a step");
    }

    @Test
    void registersAreLittleEndianAndAsWideAsTheirDigits() {
        assertThat(Hex.littleEndian("3012010000000000")).isEqualTo(0x11230);
        assertThat(Hex.littleEndian("ffffffffffffffff")).isEqualTo(-1);
        assertThat(Hex.littleEndian("e100")).isEqualTo(0xe1);
        assertThat(Hex.littleEndian(0x11230, 8)).isEqualTo("3012010000000000");
        assertThat(Hex.littleEndian(0xe1, 4)).isEqualTo("e1000000");
    }

    @Test
    void aStoreIsANumberWithoutSign() {
        byte[] bytes = {(byte) 0xfe, (byte) 0xff};

        Store store = Store.of(0x1000, bytes);

        assertThat(store).isEqualTo(new Store(0x1000, 2, 0xfffe));
        assertThat(store.bytes()).isEqualTo(bytes);
    }
}
