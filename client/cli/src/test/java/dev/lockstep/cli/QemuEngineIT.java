package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** qemu-riscv64 with our plugin, beside our engines. */
@Tag("third-party")
final class QemuEngineIT implements QemuPluginContract {
    private static final int INCOMPLETE = 5;

    @TempDir private Path home;

    @BeforeAll
    static void buildPlugin() throws Exception {
        Process make =
                new ProcessBuilder("make", "-C", Lockstep.ROOT + "/engines/qemu-plugin")
                        .inheritIO()
                        .start();
        assertThat(make.waitFor()).as("make").isZero();
    }

    @Override
    public String engine() {
        return "qemu";
    }

    @Override
    public String compared() {
        return "path only";
    }

    @Override
    public List<String> grains() {
        return List.of("block", "window");
    }

    @Override
    public Path home() {
        return home;
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "window"})
    void whereItIsKilledTheRunIsIncomplete(String grain) throws Exception {
        Lockstep.Started run = start("--subject", "qemu", "--grain", grain, "bin/compute", "1000");
        ProcessHandle qemu = awaitQemu(run.process());
        assertThat(qemu.destroyForcibly()).isTrue();

        assertThat(run.await(LIMIT).hasExitCode(INCOMPLETE).err()).contains("INCOMPLETE");
        assertThat(qemu.isAlive()).isFalse();
    }

    /** Waits for the process that executes the guest: its parent watches it. */
    private static ProcessHandle awaitQemu(Process run) throws InterruptedException {
        for (int i = 0; i < 400; i++) {
            List<ProcessHandle> emulators = run.descendants().filter(QemuEngineIT::isQemu).toList();
            if (emulators.size() == 2) {
                return emulators.getFirst().parent().equals(Optional.of(emulators.getLast()))
                        ? emulators.getFirst()
                        : emulators.getLast();
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no QEMU and its watcher");
    }

    private static boolean isQemu(ProcessHandle process) {
        return process.info().command().orElse("").contains("qemu-riscv64");
    }

    /** They trap in the middle of blocks, or are long. */
    @ParameterizedTest
    @ValueSource(strings = {"emulate", "rounding", "bench/mixed", "bench/bytecode"})
    void countsInstructionsExactly(String program) throws Exception {
        assertMatches("interp", program);
    }
}
