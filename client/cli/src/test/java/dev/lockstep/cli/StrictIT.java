package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Strict grain: what the guest prints is held back until all up to it was found equal. */
final class StrictIT {
    private static final int DIVERGED = 1;
    private static final String PROGRAM = "bin/compute";

    /** The subject goes wrong in its first steps, long before the guest prints. */
    private static final String FAULTY = "recomp --fault flip:0x1@step=1000";

    @TempDir private Path home;

    @Test
    void nothingIsPrintedAfterADifference() throws Exception {
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run("run", "--grain", "strict", "--subject", FAULTY, PROGRAM)
                        .hasExitCode(DIVERGED);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("DIVERGED  " + PROGRAM, "strict grain");
    }

    @Test
    void threeEnginesPrintOnceAndTheReportNamesTheGrain() throws Exception {
        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--grain",
                                "strict",
                                "--subject",
                                "one=recomp",
                                "--subject",
                                "two=interp",
                                "--report",
                                "json:" + report,
                                "bin/hello")
                        .hasExitCode(0);
        assertThat(ended.out()).isEqualTo(expected("hello"));
        assertThat(JsonReport.read(report).text()).contains("\"grain\": \"strict\"");
    }

    private static String expected(String program) throws IOException {
        return Files.readString(
                Lockstep.PROGRAMS.resolve("expected/" + program + ".out"),
                StandardCharsets.ISO_8859_1);
    }
}
