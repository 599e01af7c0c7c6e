package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
                .isEmpty();
        Files.delete(program);

        Lockstep.Ended again =
                lockstep.run("run", "--report", "text:" + report, "--bundle", bundle.toString())
                        .hasExitCode(DIVERGED);

        assertThat(difference(again.err())).isEqualTo(difference(first));
        assertThat(again.err())
                .contains("bundle: verdict: DIVERGED", "inputs were those of an earlier run");
        assertThat(report).content().contains("DIVERGED");
        assertThat(lockstep.run("runs", "bundle", "1", bundle.toString()).hasExitCode(USAGE).err())
                .contains("is not there, or was changed after the run");
    }

    /** No two runs of the program take the same way by themselves. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"strict", "block", "window"})
    void aBundleTakesTheSameWayThroughTimeAndChance(String grain) throws Exception {
        Path bundle = home.resolve("bundle.zip");
        Lockstep lockstep = new Lockstep(home);
        // A store at each character printed; those before it depend on time and chance.
        String fault = "recomp --compile sync --fault flip:0x100@pc=0x1127c,n=100";
        String[] command = {"run", "--grain", grain, "--subject", fault, "bin/clock-random"};
        Lockstep.Ended first = lockstep.run(command).hasExitCode(DIVERGED);
        lockstep.run("runs", "bundle", "1", bundle.toString()).hasExitCode(0);

        Lockstep.Ended again =
                lockstep.in(home).run("run", "--bundle", bundle.toString()).hasExitCode(DIVERGED);

        assertThat(evidence(again.err())).isEqualTo(evidence(first.err())).isNotEmpty();
        // How far the reference comes before it is halted is another in every run.
        int common = Math.min(first.out().length(), again.out().length());
        assertThat(again.out().substring(0, common)).isEqualTo(first.out().substring(0, common));
    }

    @Test
    void aBundleReadsWhatWasReadAndShowsWhatWasPrinted() throws Exception {
        Path bundle = home.resolve("bundle.zip");
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Ended first =
                lockstep.withInput(Lockstep.PROGRAMS.resolve("input/text.txt"))
                        .run("run", "--keep-inputs", "bin/readfile", "input/text.txt")
                        .hasExitCode(0);
        assertThat(first.out()).isNotEmpty();
        assertThat(lockstep.run("runs", "bundle", "1", bundle.toString()).hasExitCode(0).err())
                .isEmpty();

        Lockstep.Ended again =
                lockstep.in(home).run("run", "--bundle", bundle.toString()).hasExitCode(0);

        assertThat(again.out()).isEqualTo(first.out());
    }

    @Test
    void aMatchIsPackedWithoutInputsUnlessTheyWereToBeKept() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        lockstep.run("run", "bin/hello").hasExitCode(0);
        Path bundle = home.resolve("bundle.zip");
        assertThat(lockstep.run("runs", "bundle", "1", bundle.toString()).hasExitCode(0).err())
                .contains("lacks recorded inputs", "lacks standard input");
        assertThat(lockstep.in(home).run("run", "--bundle", bundle.toString()).hasExitCode(0).err())
                .contains("bundle: lacks: recorded inputs")
                .doesNotContain("inputs were those of an earlier run");
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

    /** Returns what was found out, without the command that repeats it. */
    private static List<String> evidence(String screen) {
        return screen.lines()
                .dropWhile(line -> !line.startsWith("  difference"))
                .filter(line -> !line.startsWith("  repeat"))
                .toList();
    }

    private static String difference(String screen) {
        return screen.lines()
                .filter(line -> line.startsWith("  difference"))
                .findFirst()
                .orElseThrow();
    }
}
