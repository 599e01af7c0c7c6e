package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** qemu-riscv64 behind its GDB stub, beside our engines (docs/gdb.md). */
@Tag("third-party")
final class GdbIT {
    /** In getenv: how many steps come before it depends on where this project's directory is. */
    private static final String FAULTY = "recomp --fault flip:0x1@pc=0x152d4,n=1";

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int DIVERGED = 1;
    private static final int RECOVERED = 3;
    private static final int INCOMPLETE = 5;

    @TempDir private Path home;

    private final List<Process> emulators = new ArrayList<>();

    /** QEMU does not heed SIGTERM while it waits for its debugger. */
    @AfterEach
    void endEmulators() {
        emulators.forEach(Process::destroyForcibly);
    }

    /** Starts an emulator that waits for its debugger; returns it as an ENGINE. */
    private String stub(String... program) throws IOException {
        Path socket = home.resolve("s" + emulators.size());
        List<String> command =
                new ArrayList<>(List.of("env", "-i", "qemu-riscv64", "-R", "0x7ffff000", "-g"));
        command.add(socket.toString());
        command.addAll(List.of(program));
        emulators.add(
                new ProcessBuilder(command)
                        .directory(Lockstep.PROGRAMS.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(Lockstep.NOTHING.toFile())
                        .start());
        return "gdb:" + socket;
    }

    private Lockstep.Ended run(String... words) throws Exception {
        return start(words).await(LIMIT);
    }

    private Lockstep.Started start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(List.of(words));
        return new Lockstep(home).start(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "hello, interp",
        "hello, recomp",
        "hello-pie, interp",
        "space, recomp",
        "state, interp",
    })
    void doesWhatOurEnginesDo(String name, String reference) throws Exception {
        String program = "bin/" + name;

        Lockstep.Ended ended = run("--reference", reference, "--subject", stub(program), program);

        assertThat(ended.err())
                .contains("MATCH  " + program, "full strength", "1 register file, 1 memory image");
    }

    /** Each traps, and some in the middle of a block. */
    @ParameterizedTest
    @ValueSource(strings = {"null-read", "straddling-write", "null-jump", "text-write", "fall-off"})
    void trapsAsOurEnginesDo(String fault) throws Exception {
        String program = "bin/badaddr";

        Lockstep.Ended ended = run("--subject", stub(program, fault), program, fault);

        assertThat(ended.err()).contains("MATCH  " + program, "signaled 11", "full strength");
    }

    /** These are long; their beginnings have the calls, handlers and changes of code. */
    @ParameterizedTest
    @ValueSource(strings = {"isa-mix", "faults", "selfmod", "signals", "overlap", "illegal"})
    void goesTheSameWayAsFarAsItIsFollowed(String name) throws Exception {
        String program = "bin/" + name;

        Lockstep.Ended ended = run("--subject", stub(program), "--max-steps", "12000", program);

        assertThat(ended.err())
                .as(name)
                .contains("full strength", "1 register file, 1 memory image")
                .doesNotContain("DIVERGED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "window"})
    void canDoEveryGrain(String grain) throws Exception {
        String program = "bin/hello-pie";

        Lockstep.Ended ended = run("--grain", grain, "--subject", stub(program), program);

        assertThat(ended.err()).contains("MATCH  " + program, grain + " grain, full strength");
    }

    @Test
    void aFaultBesideItIsFoundToTheInstruction() throws Exception {
        String program = "bin/hello";

        Lockstep.Ended ended =
                run("--reference", stub(program), "--subject", FAULTY, program)
                        .hasExitCode(DIVERGED);

        assertThat(ended.out()).isEqualTo("Hello from a static program.\n");
        assertThat(ended.err())
                .contains("DIVERGED  " + program)
                .contains("difference x21 of recomp at step ", "0x152d4 <getenv+0x8e>")
                .contains("one instruction at a time");
    }

    @Test
    void takesOverTheStateOfItsReference() throws Exception {
        String program = "bin/hello";

        Lockstep.Ended ended =
                run(
                                "--reference",
                                FAULTY,
                                "--subject",
                                stub(program),
                                "--on-divergence",
                                "resync",
                                program)
                        .hasExitCode(RECOVERED);

        assertThat(ended.err()).contains("gdb was given the reference's state once");
    }

    @Test
    void isAttachedByHandToo() throws Exception {
        String program = "bin/hello-pie";
        String attach = "qemu=cmd:%s attach %s".formatted(Lockstep.LAUNCHER, stub(program));

        Lockstep.Ended ended = run("--subject", attach, program);

        assertThat(ended.err()).contains("MATCH  " + program, "  qemu ");
    }

    @Test
    void anEmulatorThatDiesInMidRunEndsIt() throws Exception {
        String program = "bin/isa-mix";
        Lockstep.Started run = start("--subject", stub(program), program);
        new Lockstep(home).awaitComparing();

        emulators.getFirst().destroyForcibly();

        Lockstep.Ended ended = run.await(LIMIT).hasExitCode(INCOMPLETE);
        assertThat(ended.err())
                .contains("INCOMPLETE  " + program, "engine \"gdb\" vanished")
                .containsAnyOf("it has closed the connection", "the connection is lost");
    }

    @Test
    void anotherProgramIsNotTakenForIt() throws Exception {
        Lockstep.Ended ended =
                run("--subject", stub("bin/hello"), "bin/hello-pie").hasExitCode(INCOMPLETE);

        assertThat(ended.err()).contains("the stub's program is at 0x", "its first instruction");
    }

    @Test
    void whereNobodyListensNothingIsRun() throws Exception {
        Lockstep.Ended ended =
                run("--subject", "gdb:" + home.resolve("nobody"), "bin/hello").hasExitCode(2);

        assertThat(ended.err()).contains("no stub can be reached", "qemu-riscv64 -g");
    }
}
