package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** QEMU's own lockstep plugin, as its authors wrote it, beside our engines and beside itself. */
@Tag("third-party")
final class QemuLockstepIT implements QemuPluginContract {
    private static final int USAGE = 2;

    /** Put there by {@code .ci/qemu-lockstep-plugin target/qemu-lockstep}. */
    private static final Path PLUGIN =
            Lockstep.ROOT.resolve("target/qemu-lockstep/liblockstep.so").toAbsolutePath();

    private static final String ENGINE = "qemu-lockstep --plugin " + PLUGIN;

    @TempDir private Path home;

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public String compared() {
        return "pc only";
    }

    @Override
    public List<String> grains() {
        return List.of("block");
    }

    @Override
    public Path home() {
        return home;
    }

    @Test
    void twoOfThemCompareEachOther() throws Exception {
        Lockstep.Ended ended =
                run(
                                "--reference",
                                ENGINE,
                                "--subject",
                                ENGINE,
                                "--grain",
                                "strict",
                                "--profile",
                                "qemu",
                                "bin/hello")
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo(HELLO);
        assertThat(ended.err()).contains("MATCH  bin/hello", "profile qemu");
    }

    @Test
    void attachesToAStandingServer() throws Exception {
        Path socket = home.resolve("plugin.sock");
        Path runtime = Files.createTempDirectory("lockstep-pair");
        Path engines = runtime.resolve("engine.sock");
        var server = new Lockstep(home).start("serve", "--runtime-dir", runtime.toString());
        awaitFile(runtime.resolve("control.sock"));
        var attach =
                new Lockstep(home)
                        .start(
                                "attach",
                                "qemu-lockstep",
                                "--connect",
                                engines.toString(),
                                "--run",
                                "first",
                                "--role",
                                "subject",
                                "--socket",
                                socket.toString());
        awaitFile(socket);
        ProcessBuilder emulator =
                new ProcessBuilder(
                                "/usr/bin/env",
                                "-i",
                                "qemu-riscv64",
                                "-R",
                                "0x7ffff000",
                                "-plugin",
                                PLUGIN + ",sockpath=" + socket,
                                "bin/hello")
                        .directory(Lockstep.PROGRAMS.toFile());
        Process qemu = emulator.redirectErrorStream(true).start();
        Lockstep.Ended engine =
                new Lockstep(home)
                        .start(
                                "engine",
                                "interp",
                                "--connect",
                                engines.toString(),
                                "--run",
                                "first",
                                "--role",
                                "reference",
                                "bin/hello")
                        .await(LIMIT);

        assertThat(engine.err()).contains("run \"first\": ");
        assertThat(attach.await(LIMIT).hasExitCode(0).err())
                .contains("qemu-lockstep joins run first as subject");
        assertThat(socket).doesNotExist();
        assertThat(new String(qemu.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(HELLO);
        Lockstep.send("TERM", server.process().pid());
        server.await(LIMIT).hasExitCode(0);
    }

    @Test
    void aMissingPluginIsNamed() throws Exception {
        assertThat(
                        run("--subject", "qemu-lockstep --plugin /nowhere.so", "bin/hello")
                                .hasExitCode(USAGE)
                                .err())
                .contains("no lockstep plugin of QEMU at '/nowhere.so'", "docs/qemu.md");
    }

    private static void awaitFile(Path file) throws IOException, InterruptedException {
        for (int i = 0; i < 400 && !Files.exists(file); i++) {
            Thread.sleep(100);
        }
        assertThat(file).exists();
    }
}
