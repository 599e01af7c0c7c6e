package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.text.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

final class CommandLineTest {
    private static final String HELLO = "../../engines/programs/bin/hello";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                   | no verb given",
                "rns                                  | unknown verb 'rns' (expected: run, serve,"
                        + " certs, engine, attach, watch, runs, snapshot, diff, bench, conformance,"
                        + " selftest); did you mean runs?",
                "runs                                 | no verb given",
                "runs show                            | no RUN given",
                "runs list extra                      | unexpected argument 'extra'",
                "runs list --limit 0                  | --limit: 0 (expected: > 0)",
                "bench --units 4                      | --units: 4 (expected: at least 5)",
                "bench --program sive                 | --program: 'sive' (expected: one of mixed,"
                        + " sha256, sort, scan, nbody, sieve, bytecode, blocks)",
                "bench --only fast                    | --only: unknown part 'fast' (expected:"
                        + " free, costs, pairs, checked, events, states, snapshots or qemu)",
                "bench --only pairs --program sieve   | --program: 'sieve' with --only pairs"
                        + " (expected: with --only free or checked, or alone)",
                "bench --seed 3                       | --seed: 3 without --only events or states"
                        + " (expected: with it)",
                "bench --only pairs --events 5000     | --events: 5000 without --only events"
                        + " (expected: with it)",
                "runs list --format xml               | --format: unknown format 'xml' (expected:"
                        + " text or json)",
                "serve --subjects 0                   | --subjects: '0' subjects (expected: 1 to"
                        + " 63)",
                "serve --grain spread                 | --grain: unknown grain 'spread' (expected:"
                        + " window, block or strict)",
                "serve --max-divergences 9            | --max-divergences 9: the first one ends the"
                        + " run (expected: with --on-divergence track or resync)",
                "serve --connect-timeout 9999h        | --connect-timeout: '9999h' is too long"
                        + " (expected: at most 8760h, a year)",
                "conformance                          | no DIR given",
                "conformance /dev/null                | /dev/null: is not a directory (expected:"
                        + " one with ELF programs)",
                "conformance --max-time x /tmp        | --max-time: 'x' is not a duration"
                        + " (expected: a number with ms, s, m or h, as in 60s)",
                "serve extra                          | unexpected argument 'extra'",
                "watch --from x                       | --from: 'x' is not a position (expected: a"
                        + " number that 'lockstep watch' showed, as in 17)",
                "watch --format xml                   | --format: unknown format 'xml' (expected:"
                        + " text or json)",
                "watch a b                            | unexpected argument 'b'",
                "engine cmd:ls x                      | 'lockstep engine' runs engines of its own"
                        + " (expected: interp or recomp); start other commands directly",
            })
    void mistakesAreNamedAndExitWith2(String line, String message) {
        assertRefused(line, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run                                  | no PROGRAM given",
                "run --grian block x                  | unknown option '--grian'; did you mean"
                        + " --grain?",
                "run --max-steps 3x x                 | --max-steps: '3x' is not a number of steps"
                        + " (expected: a whole number of at most 18 digits)",
                "run --from-step -1 x                 | --from-step: '-1' is not a number of steps"
                        + " (expected: a whole number of at most 18 digits)",
                "run --max-time 0s x                  | --max-time: '0s' is no time at all"
                        + " (expected: more than 0)",
                "run --on-divergence go x             | --on-divergence: unknown policy 'go'"
                        + " (expected: stop, track or resync)",
                "run --max-divergences 0 x            | --max-divergences: '0' is no such limit"
                        + " (expected: 1 to 100000)",
                "run --grain spread x                 | --grain: unknown grain 'spread'"
                        + " (expected: window, block or strict)",
                "run --window 1023 x                  | --window: 1023 steps in a window (expected:"
                        + " 1024 to 2147483648)",
                "run --idle-timeout x y               | --idle-timeout: 'x' is not a duration"
                        + " (expected: a number with ms, s, m or h, as in 60s)",
                "run --setenv HOME x                  | --setenv: 'HOME' sets no variable"
                        + " (expected: NAME=VALUE)",
                "run --memory 5G x                    | --memory: '5G' is no size of a memory"
                        + " (expected: 64M to 4G, in pages of 4K)",
                "run --machine spike x                | --machine: unknown machine 'spike'"
                        + " (expected: linux or bare)",
                "run --cwd /dev/null x                | --cwd: '/dev/null' is not a directory",
                "run --stdin /does/not/exist x        | --stdin: '/does/not/exist' cannot be read"
                        + " (expected: a file)",
                "run --subject spike x                | --subject: unknown engine 'spike'"
                        + " (expected: interp, recomp, qemu, qemu-lockstep, gdb:ADDRESS,"
                        + " trace:FILE, rvfi-dii:ADDRESS or cmd:COMMAND...)",
                "run --subject a=interp --reference a=recomp x | engine name 'a' appears twice;"
                        + " every engine of a run needs a name of its own",
                "run /does/not/exist                  | /does/not/exist: no such file"
                        + " (expected: an ELF executable)",
                "run /tmp                             | /tmp: is a directory (expected: an ELF"
                        + " executable)",
            })
    void mistakesInARunAreNamedAndExitWith2(String line, String message) {
        assertRefused(line, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-steps 0                    | --max-steps 0: nothing would run (expected: 1"
                        + " or more)",
                "--from-step 9 --until-step 9     | --until-step 9: nothing would be compared"
                        + " (expected: more than --from-step 9)",
                "--from-pc nowhere                | 'nowhere' is no symbol of the program"
                        + " (expected: one, or an address as in 0x10238)",
                "--window 4096 --grain block      | --window: 4096, with --grain block (expected:"
                        + " window grain)",
                "--window 4096 --from-step 9      | grain: window, compared from the middle of a"
                        + " run (expected: block or strict; windows are counted from its start)",
                "--max-divergences 9              | --max-divergences 9: the first one ends the"
                        + " run (expected: with --on-divergence track or resync)",
                "--profile spike                  | --profile: unknown profile 'spike' (expected:"
                        + " default, qemu or the name of a file)",
                "--profile qemu --subject interp --subject recomp | engines: 3 under profile qemu"
                        + " (expected: 2, one for each end of its socket)",
            })
    void optionsThatDoNotGoTogetherAreNamed(String options, String message) {
        assertThat(execute("run " + options + " " + HELLO)).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).isEqualTo("error: " + message + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "run --help",
                "engine --help",
                "runs --help",
                "runs list -h",
                "bench --help",
                "serve --help",
                "watch --help",
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

    private void assertRefused(String line, String message) {
        assertThat(execute(line)).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).startsWith("error: " + message + "\n");
        assertThat(out.toString()).isEmpty();
    }

    private int execute(String line) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(Words.split(line).toArray(String[]::new));
    }
}
