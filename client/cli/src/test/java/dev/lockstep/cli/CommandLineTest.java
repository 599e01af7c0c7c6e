package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

final class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                   | no verb given",
                "rns                                  | unknown verb 'rns' (expected: run, engine,"
                        + " runs); did you mean runs?",
                "runs                                 | no verb given",
                "runs show                            | no RUN given",
                "runs list extra                      | unexpected argument 'extra'",
                "runs list --format xml               | --format: unknown format 'xml' (expected:"
                        + " text or json)",
                "run                                  | no PROGRAM given",
                "run --grian block x                  | unknown option '--grian'; did you mean"
                        + " --grain?",
                "run --max-steps 3 x                  | unknown option '--max-steps'",
                "run --grain window x                 | --grain 'window' is not available"
                        + " (expected: block)",
                "run --idle-timeout x y               | --idle-timeout: 'x' is not a duration"
                        + " (expected: a number with ms, s, m or h, as in 60s)",
                "run --subject spike x                | --subject: unknown engine 'spike'"
                        + " (expected: interp, recomp or cmd:COMMAND...)",
                "run --subject a=interp --reference a=recomp x | engine name 'a' appears twice;"
                        + " every engine of a run needs a name of its own",
                "run /does/not/exist                  | /does/not/exist: no such file"
                        + " (expected: an ELF executable)",
                "run /tmp                             | /tmp: is a directory (expected: an ELF"
                        + " executable)",
                "engine cmd:ls x                      | 'lockstep engine' runs engines of its own"
                        + " (expected: interp or recomp); start other commands directly",
            })
    void mistakesAreNamedAndExitWith2(String line, String message) {
        assertThat(execute(line)).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).startsWith("error: " + message + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "run --help",
                "engine --help",
                "runs --help",
                "runs list -h",
                "runs show -h"
            })
    void everyHelpHasAnExampleAndFitsTheScreen(String line) {
        assertThat(execute(line)).isZero();
        assertThat(out.toString()).contains("Example:\n  lockstep ").startsWith("Usage: lockstep");
        assertThat(out.toString().lines()).allMatch(text -> text.length() <= 80);
    }

    @Test
    void theFaultsForTestersAreNotInTheHelp() {
        execute("run --help");
        assertThat(out.toString()).doesNotContain("--fault");
    }

    @Test
    void theVersionIsTold() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("lockstep ");
    }

    @Test
    void whatFollowsTheProgramBelongsToTheGuest() {
        CommandLine command = Main.commandLine();
        var parsed =
                command.parseArgs(
                                "run",
                                "--idle-timeout",
                                "5s",
                                "prog",
                                "--grain",
                                "@file",
                                "--",
                                "-h",
                                "")
                        .subcommand();
        assertThat(parsed.matchedPositionalValue(1, List.of()))
                .isEqualTo(List.of("--grain", "@file", "--", "-h", ""));
    }

    private int execute(String line) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(Words.split(line).toArray(String[]::new));
    }
}
