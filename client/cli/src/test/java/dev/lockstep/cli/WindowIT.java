package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Runs of which a part is compared, or that a limit ends. */
final class WindowIT {
    private static final int MATCH = 0;
    private static final int VACUOUS = 4;
    private static final int INCOMPLETE = 5;
    private static final String COMPUTE = "bin/compute";

    @TempDir private Path home;

    @Test
    void aWindowBeginsAtAFunctionAndEndsAtAStep() throws Exception {
        JsonReport report =
                runReported(MATCH, "--from-pc", "main", "--until-step", "100000", COMPUTE, "1");
        assertThat(report.number("steps")).isBetween(80_000L, 100_000L);
        assertThat(report.number("registers")).isEqualTo(1);
        assertThat(report.ends()).containsOnly("limit 0");
        assertThat(report.text())
                .contains("the end of the block that reaches step 100000, as asked");
    }

    @Test
    void aWindowThatNeverBeginsIsVacuous() throws Exception {
        assertThat(run(VACUOUS, "--from-pc", "0x4", "bin/hello").err())
                .contains("was not compared", "before pc 0x4");
    }

    @Test
    void theLimitOfStepsIsIncomplete() throws Exception {
        JsonReport report = runReported(INCOMPLETE, "--max-steps", "50000", COMPUTE, "1");
        assertThat(report.ends()).containsOnly("limit 0");
        assertThat(report.text()).contains("the limit of 50000 steps was reached");
    }

    @Test
    void theLimitOfTimeIsIncomplete() throws Exception {
        JsonReport report = runReported(INCOMPLETE, "--max-time", "500ms", COMPUTE, "100000");
        assertThat(report.ends()).containsOnly("limit 0");
        assertThat(report.text()).contains("the limit of 500 ms was reached");
    }

    @Test
    void theProfileOfQemuEndsWithTheWordsOfItsPlugin() throws Exception {
        JsonReport report = runReported(MATCH, "--profile", "qemu", "bin/hello");
        assertThat(report.text()).contains("\"name\": \"qemu\"");
        assertThat(run(MATCH, "--profile", "qemu", "bin/hello").err())
                .containsPattern(
                        """
                        No divergence :-\\)
                        Executed (\\d+)/\\1 blocks
                        Executed ~\\d+ instructions
                        """)
                .contains("profile qemu");
    }

    @Test
    void aFreeRunStopsAtItsLimit() throws Exception {
        assertThat(
                        new Lockstep(home)
                                .run("engine", "recomp", "--max-steps", "50000", COMPUTE, "1")
                                .hasExitCode(INCOMPLETE)
                                .err())
                .isEqualTo("note: recomp: stopped at the limit of 50000 steps\n");
    }

    private JsonReport runReported(int exitCode, String... words) throws Exception {
        Path report = home.resolve("report.json");
        String[] all = new String[words.length + 2];
        all[0] = "--report";
        all[1] = "json:" + report;
        System.arraycopy(words, 0, all, 2, words.length);
        run(exitCode, all);
        return JsonReport.read(report);
    }

    private Lockstep.Ended run(int exitCode, String... words) throws Exception {
        String[] all = new String[words.length + 1];
        all[0] = "run";
        System.arraycopy(words, 0, all, 1, words.length);
        return new Lockstep(home).run(all).hasExitCode(exitCode);
    }
}
