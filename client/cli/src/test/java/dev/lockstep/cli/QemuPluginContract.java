package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.text.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What holds of every plugin of QEMU beside our engines. The programs ask for neither time nor
 * random numbers, or do nothing that depends on them.
 */
interface QemuPluginContract {
    Duration LIMIT = Duration.ofMinutes(4);
    int DIVERGED = 1;
    String HELLO = "Hello from a static program.\n";

    /** Returns what to call the engine on the command line. */
    String engine();

    /** Returns how a verdict says what was compared. */
    String compared();

    /** Returns the grains that it offers beside strict. */
    List<String> grains();

    /** Returns where the state of the runs goes. */
    Path home();

    /** Starts a run. */
    default Lockstep.Started start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(List.of(words));
        return new Lockstep(home()).start(command.toArray(String[]::new));
    }

    /** Runs to the end. */
    default Lockstep.Ended run(String... words) throws Exception {
        return start(words).await(LIMIT);
    }

    /** Runs a program beside an engine of ours in each grain that says where it went wrong. */
    default void assertMatches(String reference, String program) throws Exception {
        for (String grain : grains()) {
            Lockstep.Ended ended =
                    run(
                            "--reference",
                            reference,
                            "--subject",
                            engine(),
                            "--grain",
                            grain,
                            "bin/" + program);
            assertThat(ended.err())
                    .as("%s grain beside %s", grain, reference)
                    .contains("MATCH  bin/" + program, compared(), "inputs: own");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "hello-pie",
                "exit-status",
                "faults",
                "divzero",
                "compute",
                "memory",
                "selfmod",
                "overlap",
                "loops",
                "isa-mix",
            })
    default void goesTheWayOfOurEngines(String program) throws Exception {
        assertMatches("interp", program);
        assertMatches("recomp", program);
    }

    /** QEMU dies of the same signal, before a plugin hears of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abort | signaled 6",
                "ebreak | signaled 5",
                "illegal | signaled 4",
                "badaddr null-read | signaled 11",
                "badaddr straddling-write | signaled 11",
                "badaddr null-jump | signaled 11",
                "badaddr fall-off | signaled 11",
            })
    default void endsBySignalsAsOurEnginesDo(String command, String exit) throws Exception {
        List<String> words = new ArrayList<>(List.of("--subject", engine(), "--grain", "block"));
        words.addAll(Words.split("bin/" + command));

        assertThat(run(words.toArray(String[]::new)).err()).contains("MATCH  bin/", exit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    default void isAReferenceWhoseOutputIsShown(String subject) throws Exception {
        List<String> every = new ArrayList<>(grains());
        every.add("strict");
        for (String grain : every) {
            Lockstep.Ended ended =
                    run(
                                    "--reference",
                                    engine(),
                                    "--subject",
                                    subject,
                                    "--grain",
                                    grain,
                                    "bin/hello")
                            .hasExitCode(0);
            assertThat(ended.out()).as("%s grain", grain).isEqualTo(HELLO);
        }
    }

    /**
     * Blocks are cut elsewhere, in code that nobody here wrote: no difference, and never told as
     * one.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "busybox | echo hello",
                "busybox | seq 1 2000",
                "busybox | sha256sum stdin.txt",
                "busybox | sort -r stdin.txt",
                "busybox | awk 'BEGIN { for (i = 0; i < 1000; i++) s += i * i; print s }'",
                "echo | hello",
                "cat | stdin.txt",
            })
    default void whereBlocksAreCutInOtherPeoplesProgramsIsNoDifference(
            String program, String arguments) throws Exception {
        DebianGuest.assumeInstalled(program);
        List<String> words = new ArrayList<>(List.of("--subject", engine()));
        words.addAll(List.of("--cwd", Lockstep.PROGRAMS.resolve("input").toString()));
        words.addAll(List.of("--sysroot", DebianGuest.SYSROOT.toString()));
        words.add(DebianGuest.SYSROOT.resolve("usr/bin").resolve(program).toString());
        words.addAll(Words.split(arguments));

        assertThat(run(words.toArray(String[]::new)).hasExitCode(0).err()).contains(compared());
    }

    @Test
    default void aWrongBranchIsFoundBesideIt() throws Exception {
        String fault = "recomp --fault wrong-branch@pc=0x37896,n=1";

        Lockstep.Ended ended =
                run("--reference", engine(), "--subject", fault, "bin/hello").hasExitCode(DIVERGED);

        assertThat(ended.err()).contains("DIVERGED  bin/hello", "fault wrong-branch");
    }
}
