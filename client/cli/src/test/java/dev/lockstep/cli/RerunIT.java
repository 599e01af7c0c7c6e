package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** What an engine does wrong that cannot go back is found by running again from the start. */
final class RerunIT {
    private static final int DIVERGED = 1;

    /** A store at each character printed; those before it depend on time and chance. */
    private static final String WRONG = "--fault flip:0x100@pc=0x1127c,n=100";

    /** A run, and two more. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    @TempDir private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"block", "window"})
    void theInstructionIsFound(String grain) throws Exception {
        Lockstep.Ended ended =
                run("--grain", grain, "--subject", "new=cmd:" + engine(WRONG), "bin/clock-random");

        assertThat(ended.err())
                .contains(
                        "lockstep: engine \"new\" cannot go back; running both again from the"
                                + " start",
                        "  difference digest of new at step ",
                        "  pc         0x1127c <put+0x2>",
                        "  looked at  run again from the start with the same inputs, both sides did"
                                + " the same up to this instruction");
        // What the guest prints it prints once.
        assertThat(ended.out().lines().filter(line -> line.startsWith("date ")).count())
                .isLessThanOrEqualTo(1);
        assertThat(new Lockstep(home).run("runs", "list").hasExitCode(0).out())
                .contains("clock-random-", "-rerun");
    }

    /** As where code that was put together wrongly goes right one instruction after the other. */
    @Test
    void whatDiffersByBlocksAloneIsToldByItsBlock() throws Exception {
        assertThat(
                        run("--subject", "new=cmd:" + engineThatIsWrongAt(1, 3), "bin/clock-random")
                                .err())
                .contains(
                        "run again from the start with the same inputs, nothing differed"
                            + " instruction by instruction; by blocks, both sides did the same up"
                            + " to");
    }

    @Test
    void whatDoesNotDifferAgainIsSaidNotToRepeat() throws Exception {
        assertThat(run("--subject", "new=cmd:" + engineThatIsWrongAt(1), "bin/clock-random").err())
                .contains("NONREPEATABLE: of two runs with the same inputs none differed again")
                .containsPattern("where the digests were 0x[0-9a-f]+ and 0x[0-9a-f]+");
    }

    /** What exit saves is read no more: no record differs that could be looked at. */
    @Test
    void whatDiffersOnlyInTheEndKeepsItsVerdict() throws Exception {
        Path report = home.resolve("report.json");
        String fault = "--fault drop-store@pc=0x1892c,n=1,silent";
        Lockstep.Ended ended =
                run(
                        "--subject",
                        "new=cmd:" + engine(fault),
                        "--report",
                        "json:" + report,
                        "bin/compute",
                        "1");

        assertThat(ended.err())
                .contains("DIVERGED  bin/compute", "difference state of new")
                .contains("not run again: all that was reported up to step");
        assertThat(JsonReport.read(report).number("divergence_count")).isEqualTo(1);
    }

    private Lockstep.Ended run(String... words) throws Exception {
        String[] all = new String[words.length + 1];
        all[0] = "run";
        System.arraycopy(words, 0, all, 1, words.length);
        return new Lockstep(home).start(all).await(TIMEOUT).hasExitCode(DIVERGED);
    }

    private static String engine(String options) {
        return "%s engine recomp --never-back %s".formatted(Lockstep.LAUNCHER, options);
    }

    /** Returns a command that goes wrong at some of its starts, which are counted from 1. */
    private Path engineThatIsWrongAt(int... starts) throws Exception {
        StringBuilder cases = new StringBuilder();
        for (int start : starts) {
            cases.append("%d) exec %s \"$@\" ;;\n".formatted(start, engine(WRONG)));
        }
        String script =
                """
                #!/bin/sh
                echo >> %1$s/starts
                case $(wc -l < %1$s/starts) in
                %2$s*) exec %3$s "$@" ;;
                esac
                """
                        .formatted(home, cases, engine(""));
        Path file = Files.writeString(home.resolve("engine.sh"), script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
