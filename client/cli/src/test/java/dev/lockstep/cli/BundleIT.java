package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** A divergence, packed and run again where the program is not. */
final class BundleIT {
    private static final int DIVERGED = 1;
    private static final int USAGE = 2;

    @TempDir private Path home;

    @Test
    void aBundleDivergesAgainWhereTheProgramIsNot() throws Exception {
        Path program = Files.copy(Lockstep.PROGRAMS.resolve("bin/faults"), home.resolve("prog"));
        Path bundle = home.resolve("bundle.zip");
        Path report = home.resolve("report.txt");
        Lockstep lockstep = new Lockstep(home);
        String fault = "recomp --fault flip:0x100@step=30000";
        String first =
                lockstep.run("run", "--subject", fault, program.toString())
                        .hasExitCode(DIVERGED)
                        .err();
        assertThat(lockstep.run("runs", "bundle", "1", bundle.toString()).hasExitCode(0).err())
                .contains("lacks recorded inputs", "lacks standard input");
        Files.delete(program);

        Lockstep.Ended again =
                lockstep.run("run", "--report", "text:" + report, "--bundle", bundle.toString())
                        .hasExitCode(DIVERGED);

        assertThat(difference(again.err())).isEqualTo(difference(first));
        assertThat(again.err()).contains("bundle: verdict: DIVERGED", "bundle: lacks: ");
        assertThat(report).content().contains("DIVERGED");
        assertThat(lockstep.run("runs", "bundle", "1", bundle.toString()).hasExitCode(USAGE).err())
                .contains("is not there, or was changed after the run");
    }

    @Test
    void nothingElseIsGivenBesideABundle() throws Exception {
        assertThat(
                        new Lockstep(home)
                                .run("run", "--grain", "strict", "--bundle", "x.zip")
                                .hasExitCode(USAGE)
                                .err())
                .contains("--bundle x.zip: with '--grain' (expected: nothing beside it");
    }

    private static String difference(String screen) {
        return screen.lines()
                .filter(line -> line.startsWith("  difference"))
                .findFirst()
                .orElseThrow();
    }
}
