package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our engines, where nothing is compared of their blocks but where they lead and registers. */
final class RegistersIT {
    private static final int DIVERGED = 1;
    private static final int USAGE = 2;
    private static final int RECOVERED = 3;

    /** An instruction of bin/hello: c.li a5,0. */
    private static final String FAULT = "recomp --fault flip:0x1@pc=0x256e6";

    @TempDir private Path home;

    private Lockstep.Ended run(String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--strength", "registers"));
        words.addAll(List.of(options));
        words.add("bin/hello");
        return new Lockstep(home).run(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "strict"})
    void theyAgreeAfterEveryBlock(String grain) throws Exception {
        assertThat(run("--grain", grain).hasExitCode(0).err())
                .contains(grain + " grain, registers strength")
                .containsPattern("1,5\\d\\d register files")
                .doesNotContain("digest", "not compared of");
    }

    @ParameterizedTest
    @CsvSource({"interp, recomp", "recomp, interp"})
    void eitherIsTheReference(String reference, String subject) throws Exception {
        run("--reference", reference, "--subject", subject).hasExitCode(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "strict"})
    void aWrongRegisterIsFoundAtItsInstruction(String grain) throws Exception {
        assertThat(run("--grain", grain, "--subject", FAULT).hasExitCode(DIVERGED).err())
                .contains("difference x15 of recomp at step", "c.li a5,0");
    }

    @Test
    void anEngineGoesOnInTheStateOfTheOther() throws Exception {
        assertThat(
                        run("--on-divergence", "resync", "--subject", FAULT)
                                .hasExitCode(RECOVERED)
                                .err())
                .contains("recomp was given the reference's state once");
    }

    @Test
    void thereAreNoWindowsOfRegisters() throws Exception {
        assertThat(run("--grain", "window").hasExitCode(USAGE).err())
                .contains("--strength: registers, in window grain (expected: --grain block");
    }
}
