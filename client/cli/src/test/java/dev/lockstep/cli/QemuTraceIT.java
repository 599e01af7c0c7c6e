package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Logs that qemu-riscv64 wrote as engines. */
@Tag("third-party")
final class QemuTraceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int DIVERGED = 1;
    private static final int WRONG = 2;
    private static final int INCOMPLETE = 5;

    @TempDir private Path home;

    /** Standard output is a file for QEMU's guest as it is for ours. */
    private Path log(String what, String... program) throws Exception {
        Path log = home.resolve("qemu.log");
        List<String> command =
                new ArrayList<>(List.of("env", "-i", "qemu-riscv64", "-R", "0x7ffff000"));
        command.addAll(List.of("-strace", "-d", what, "-D", log.toString()));
        command.addAll(List.of(program));
        Process qemu =
                new ProcessBuilder(command)
                        .directory(Lockstep.PROGRAMS.toFile())
                        .redirectInput(Lockstep.NOTHING.toFile())
                        .redirectOutput(home.resolve("out").toFile())
                        .redirectError(Redirect.DISCARD)
                        .start();
        assertThat(qemu.waitFor()).isLessThan(256);
        return log;
    }

    private Lockstep.Ended run(String engine, String... program) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", "--subject", engine));
        command.addAll(List.of(program));
        return new Lockstep(home).start(command.toArray(String[]::new)).await(LIMIT);
    }

    @ParameterizedTest
    @CsvSource({
        "exec|nochain, bin/hello",
        "exec|nochain, bin/hello-pie",
        "exec|nochain, bin/isa-mix",
        "exec|nochain, bin/faults",
        "exec|nochain, bin/overlap",
        "exec|nochain, bin/emulate",
        "exec|nochain, bin/tree",
        "exec|nochain, bin/abort",
        "exec|nochain, bin/illegal",
        "exec|nochain, bin/ebreak",
        "exec|nochain|in_asm, bin/selfmod",
        "exec|nochain|in_asm, bin/hello",
    })
    void aLogOfTheSameProgramAgreesInItsPath(String what, String program) throws Exception {
        Lockstep.Ended ended =
                run("trace:" + log(what.replace('|', ','), program), program).hasExitCode(0);

        assertThat(ended.err()).contains("MATCH", "path strength");
    }

    @Test
    void aLogIsTheReferenceOfAnEngine() throws Exception {
        Path log = log("exec,nochain", "bin/exit-status", "7");

        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--reference",
                                "trace:" + log,
                                "--subject",
                                "interp",
                                "bin/exit-status",
                                "7")
                        .hasExitCode(0);

        assertThat(ended.err()).contains("MATCH", "exited 7");
    }

    @Test
    void anEngineThatGoesElsewhereIsFound() throws Exception {
        Path log = log("exec,nochain", "bin/faults");

        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--reference",
                                "trace:" + log,
                                "--subject",
                                "recomp --fault wrong-branch@pc=0x1106c,n=100",
                                "bin/faults")
                        .hasExitCode(DIVERGED);

        assertThat(ended.err()).contains("DIVERGED", "next_pc");
    }

    @Test
    void aLogThatWasCutIsComparedUpToThere() throws Exception {
        List<String> lines = Files.readAllLines(log("exec,nochain", "bin/hello"));
        Path cut = Files.write(home.resolve("cut"), lines.subList(0, lines.size() / 2));

        assertThat(run("trace:" + cut, "bin/hello").hasExitCode(INCOMPLETE).err())
                .contains("had no more to tell");
    }

    @Test
    void aLogWithoutAllBlocksIsRefused() throws Exception {
        assertThat(run("trace:" + log("exec", "bin/hello"), "bin/hello").hasExitCode(WRONG).err())
                .contains("line 1", "nochain");
    }
}
