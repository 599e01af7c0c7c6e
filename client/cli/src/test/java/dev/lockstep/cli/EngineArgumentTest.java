package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;

import java.util.List;

final class EngineArgumentTest {
    @Test
    void anEngineOfOursCarriesItsOwnOptions() {
        EngineArgument engine = EngineArgument.parse("recomp --fault flip:x10@5");
        assertThat(engine.builtIn()).isTrue();
        assertThat(engine.name()).isEqualTo("recomp");
        assertThat(engine.words()).containsExactly("recomp", "--fault", "flip:x10@5");
    }

    @Test
    void aNameMayStandBeforeTheEngine() {
        EngineArgument engine = EngineArgument.parse("new=recomp");
        assertThat(engine.name()).isEqualTo("new");
        assertThat(engine.named()).isTrue();
    }

    @Test
    void aCommandIsNamedByItsFileAndKeepsItsEqualsSigns() {
        EngineArgument engine = EngineArgument.parse("cmd:./my+emu --mode=fast 'a b'");
        assertThat(engine.builtIn()).isFalse();
        assertThat(engine.name()).isEqualTo("my-emu");
        assertThat(engine.words()).isEqualTo(List.of("./my+emu", "--mode=fast", "a b"));
    }

    @Test
    void whatIsNoEngineIsNamed() {
        assertThatThrownBy(() -> EngineArgument.parse("spike"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "unknown engine 'spike' (expected: interp, recomp, qemu, qemu-lockstep,"
                                + " gdb:ADDRESS, trace:FILE, rvfi-dii:ADDRESS or cmd:COMMAND...)");
        assertThatThrownBy(() -> EngineArgument.parse("cmd: "))
                .hasMessageContaining("'cmd: ' is empty");
        assertThatThrownBy(() -> EngineArgument.parse("x".repeat(65) + "=interp"))
                .hasMessageContaining("65 characters (expected: at most 64)");
    }
}
