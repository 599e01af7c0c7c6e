package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

/** Engines that fail the protocol, or never come to it. */
final class EngineFailureIT {
    private static final int INCOMPLETE = 5;

    @TempDir private Path home;

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(new Lockstep(home).leftovers()).isEmpty();
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vanishing | engine \"subject\" vanished",
                "confused | (expected: at most 4194304)",
                "talkative | 4294967295",
                "from-the-future | version",
            })
    void anEngineThatBreaksTheProtocolLeavesTheRunIncomplete(String part, String note)
            throws Exception {
        Lockstep.Ended ended = runAgainst(scripted(part));
        assertThat(ended.err()).contains("INCOMPLETE").contains(note);
        ended.hasExitCode(INCOMPLETE);
    }

    @Test
    void anotherProgramIsAUsageErrorThatNamesIt() throws Exception {
        Lockstep.Ended ended = runAgainst(scripted("of-another-program")).hasExitCode(2);
        assertThat(ended.err())
                .startsWith("error: ")
                .contains("program", "same", "other")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"speechless", "sleeping"})
    void anEngineThatNeverJoinsIsGivenUp(String part) throws Exception {
        String subject = part.equals("sleeping") ? "cmd:sh -c 'sleep 1000'" : scripted(part);
        Lockstep.Ended ended = runAgainst(subject).hasExitCode(INCOMPLETE);
        assertThat(ended.err()).contains("engine \"subject\" did not connect within 2 s");
    }

    @Test
    void anEngineThatEndsBeforeItJoinsEndsTheRun() throws Exception {
        Lockstep.Ended ended = runAgainst("cmd:sh -c 'echo oops >&2; exit 3'");
        assertThat(ended.hasExitCode(INCOMPLETE).err())
                .containsOnlyOnce("oops")
                .contains("engine \"subject\" exited with status 3", "never joined");
    }

    @Test
    void anEngineThatRefusesTheProgramSpeaksForTheRun() throws Exception {
        Lockstep.Ended ended = runAgainst("cmd:sh -c 'echo error: not mine >&2; exit 2'");
        assertThat(ended.hasExitCode(2).err()).isEqualTo("error: not mine\n");
    }

    @Test
    void aCommandThatCannotBeStartedIsAUsageError() throws Exception {
        Lockstep.Ended ended = runAgainst("cmd:/does/not/exist").hasExitCode(2);
        assertThat(ended.err())
                .startsWith("error: engine \"subject\" cannot be started")
                .contains("/does/not/exist");
    }

    private Lockstep.Ended runAgainst(String subject) throws Exception {
        return new Lockstep(home)
                .run(
                        "run",
                        "--idle-timeout",
                        "2s",
                        "--connect-timeout",
                        "2s",
                        "--reference",
                        scripted("polite"),
                        "--subject",
                        "subject=" + subject,
                        "bin/hello");
    }

    private static String scripted(String part) {
        return Lockstep.engine(ScriptedEngine.class, part);
    }

    @Test
    void anEngineOfARunRefusesALimitOfItsOwnAndTellsItsStatistics() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        assertThat(
                        lockstep.run("run", "--subject", "recomp --max-steps 9", "bin/hello")
                                .hasExitCode(2)
                                .err())
                .startsWith("error: --max-steps: this is the limit of a free run");
        assertThat(
                        lockstep.run("run", "--subject", "recomp --stats", "bin/hello")
                                .hasExitCode(0)
                                .err())
                .containsPattern("recomp: [0-9,]+ steps, [0-9,]+ blocks");
    }
}
