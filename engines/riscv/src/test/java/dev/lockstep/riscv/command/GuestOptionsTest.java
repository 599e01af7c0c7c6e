package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.linux.Launch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;

final class GuestOptionsTest {
    @Command
    static final class Options {
        @Mixin GuestOptions guest = new GuestOptions();
    }

    private static Launch launch(String... words) {
        Options options = new Options();
        new CommandLine(options).parseArgs(words);
        return options.guest.launch("program", List.of("argument"));
    }

    @Test
    void withoutOptionsTheEnvironmentIsEmptyAndTheDirectoryOurs() {
        assertThat(launch())
                .isEqualTo(new Launch(List.of("program", "argument"), List.of(), "", Sysroot.NONE));
    }

    @Test
    void aVariableSetAgainKeepsItsPlaceAndTheGuestFindsThemInReverse() {
        assertThat(launch("--setenv", "A=1", "--setenv", "B=x=y", "--setenv=A=", "--cwd", "/tmp"))
                .isEqualTo(
                        new Launch(
                                List.of("program", "argument"),
                                List.of("B=x=y", "A="),
                                "/tmp",
                                Sysroot.NONE));
    }

    @Test
    void theNameOfTheProgramNeedNotBeItsPath() {
        assertThat(launch("--argv0", "other").arguments()).containsExactly("other", "argument");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--setenv | A | 'A' sets no variable (expected: NAME=VALUE)",
                "--setenv | =x | '=x' sets no variable (expected: NAME=VALUE)",
                "--cwd | /does/not/exist | '/does/not/exist' is not a directory",
                "--cwd | /dev/null | '/dev/null' is not a directory",
            })
    void mistakesAreNamed(String option, String value, String message) {
        assertThatThrownBy(() -> launch(option, value))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(message);
    }
}
