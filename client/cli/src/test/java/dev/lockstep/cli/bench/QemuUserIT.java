package dev.lockstep.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

@Timeout(30)
final class QemuUserIT {
    private static final Path PROGRAM = Path.of("bin/sieve");
    private static final Path PLUGIN = Path.of("liblockstep.so");

    @TempDir private Path home;
    private BenchProcess process;

    @BeforeEach
    void open() throws IOException {
        process = BenchProcess.open(Path.of("lockstep"));
    }

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void anEmulatorThatPrintsSomethingElseIsNotMeasured() throws Exception {
        Path script = FakeQemu.script(home, "echo sieve 5\n");
        QemuUser.Amount amount = new QemuUser.Amount(7, 70_000_000, "sieve 4\n");

        assertThatThrownBy(() -> new QemuUser(script).speed(process, PROGRAM, amount, amount))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "sieve 7: an engine printed 'sieve 4', qemu-riscv64 printed 'sieve 5'"
                                + " (expected: the same)");
    }

    @Test
    void twoUnderTheirPluginCountTheirOwnBlocks() throws Exception {
        Lap lap = pair(FakeQemu.in(home, "No divergence :-)"), true).lap(process, PROGRAM, 25);

        assertThat(lap.blocks()).isEqualTo(16_000);
        assertThat(lap.steps()).isEqualTo(104_000);
        assertThat(lap.engineNs()).isPositive();
    }

    @Test
    void twoThatDivergeAreNotMeasured() throws Exception {
        Contestant pair = pair(FakeQemu.in(home, "too much divergence... giving up."), false);

        assertThatThrownBy(() -> pair.lap(process, PROGRAM, 25))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("said 'too much divergence... giving up.")
                .hasMessageContaining("(expected: 'No divergence'");
    }

    @Test
    void theFirstOfTwoDoesNotWaitForASecondOneThatFailed() throws Exception {
        Path script =
                FakeQemu.script(
                        home,
                        """
                        socket=${4#*,sockpath=}
                        [ -e "$socket" ] && echo 'no plugin' >&2 && exit 1
                        : >"$socket"
                        exec sleep 60
                        """);

        assertThatThrownBy(() -> pair(script, false).lap(process, PROGRAM, 25))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("exited with status 1")
                .hasMessageContaining("no plugin");
    }

    private static Contestant pair(Path script, boolean oneCpu) {
        return new Contestant.QemuPair(new QemuUser(script), PLUGIN, oneCpu);
    }
}
