package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** Snapshots of runs, and runs from snapshots, with real processes. */
final class SnapshotIT {
    private static final int DIVERGED = 1;
    private static final int USAGE = 2;

    @TempDir private Path home;

    @ParameterizedTest
    @CsvSource({"hello, 1000, strict", "bare/traps, 300, window"})
    void aGuestGoesOnInTheOtherEngineAsIfNothingHadHappened(String program, long step, String grain)
            throws Exception {
        Detour detour =
                new Detour(
                        new Lockstep(home), List.of("--grain", grain), List.of("bin/" + program));
        Lockstep.Ended direct = detour.run();

        assertThat(detour.take(direct, 0, step)).isEqualTo(2);
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({
        "memory, 150000, window",
        "signals, 3000, block",
        "selfmod, 200, window",
        "isa-mix, 2000000, window",
    })
    void soDoesAGuestOfMoreSteps(String program, long step, String grain) throws Exception {
        aGuestGoesOnInTheOtherEngineAsIfNothingHadHappened(program, step, grain);
    }

    @Test
    void openFilesGoOnWhereTheyWereRead() throws Exception {
        Detour detour =
                new Detour(
                        new Lockstep(home).withInput(Lockstep.PROGRAMS.resolve("input/text.txt")),
                        List.of(),
                        List.of("bin/readfile", "input/text.txt"));
        Lockstep.Ended direct = detour.run().hasExitCode(0);
        long steps = Detour.steps(direct);

        assertThat(detour.take(direct, steps / 3, steps / 2, steps - 100)).isEqualTo(3);
    }

    @Test
    void aSnapshotOfARunThatBeganFromOneIsAsGoodAsThat() throws Exception {
        Detour detour = new Detour(new Lockstep(home), List.of(), List.of("bin/memory"));
        Lockstep.Ended direct = detour.run(50_000).hasExitCode(0);
        detour.goOn("1", "--snapshot-at", "100000").hasExitCode(0);
        Lockstep.Ended third = detour.goOn("2/interp", "--snapshot-at", "150000").hasExitCode(0);

        Lockstep.Ended last = detour.goOn("3/recomp").hasExitCode(0);

        assertThat(detour.outUntil(steps(third).getFirst()) + last.out()).isEqualTo(direct.out());
        assertThat(Detour.steps(last)).isEqualTo(Detour.steps(direct));
    }

    @Test
    void aRestoredRunIsTakenAtTheSameStepsAsOneFromTheBeginning() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        String[] every = {"--snapshot-every", "50000"};
        Detour detour = new Detour(lockstep, List.of(every), List.of("bin/faults"));
        List<Long> direct = steps(detour.run());
        assertThat(direct).hasSize(2);

        assertThat(steps(detour.goOn("1"))).isEqualTo(direct.subList(1, 2));
    }

    private static List<Long> steps(Lockstep.Ended ended) {
        return Detour.taken(ended.err()).stream().map(Detour.Taken::step).toList();
    }

    @Test
    void aFileThatHasChangedIsNamedAndNothingBegins() throws Exception {
        Path text = Files.writeString(home.resolve("text"), "one line\n".repeat(1000));
        Lockstep lockstep = new Lockstep(home);
        lockstep.run("run", "--snapshot-at", "30000", "bin/readfile", text.toString())
                .hasExitCode(0);
        Files.writeString(text, "another\n");

        assertThat(lockstep.run("run", "--from", "1").hasExitCode(USAGE).err())
                .contains(
                        "the guest's file %s has changed".formatted(text),
                        "does not begin from the snapshot");
    }

    @Test
    void aProgramThatHasGoneOrChangedIsThatOfTheSnapshot() throws Exception {
        Path program = Files.copy(Lockstep.PROGRAMS.resolve("bin/hello"), home.resolve("prog"));
        Lockstep lockstep = new Lockstep(home);
        lockstep.run("run", "--snapshot-at", "1000", program.toString()).hasExitCode(0);
        Files.copy(
                Lockstep.PROGRAMS.resolve("bin/divzero"),
                program,
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(lockstep.in(home).run("run", "--from", "1").hasExitCode(0).out())
                .isEqualTo("Hello from a static program.\n");
        assertThat(lockstep.run("run", "--from", "1", program.toString()).hasExitCode(USAGE).err())
                .contains("program: snapshot 1 was taken of");
    }

    @Test
    void aFaultIsNamedExactlyInARunFromASnapshot() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        String fault = "recomp --fault flip:0x100@step=30000";
        lockstep.run("run", "--snapshot-at", "20000", "bin/faults").hasExitCode(0);

        String direct = lockstep.run("run", "--subject", fault, "bin/faults").hasExitCode(1).err();
        String later =
                lockstep.run("run", "--from", "1", "--subject", fault).hasExitCode(DIVERGED).err();

        assertThat(difference(later)).isEqualTo(difference(direct)).hasSize(1);
        assertThat(later).contains("at step 30,000");
        assertThat(lockstep.run("runs", "show", "3").hasExitCode(0).out())
                .contains("<m_integers+0xc>");
        assertThat(lockstep.run("runs", "bundle", "3", "b.zip").hasExitCode(USAGE).err())
                .contains("began from snapshot 1", "lockstep snapshot export 1 FILE");
    }

    @Test
    void aFaultIsNamedExactlyThoughOneEngineWaitsForTheOtherWithItsNextState() throws Exception {
        String fault = "recomp --fault wrong-question:0x4@pc=0x2e078";

        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--snapshot-every",
                                "50000",
                                "--subject",
                                fault,
                                "bin/compute",
                                "1")
                        .hasExitCode(DIVERGED);

        assertThat(ended.err())
                .contains("0x2e078 <__libc_write+0x14>", "both sides do the same up to this one")
                .doesNotContain("looked at");
        assertThat(Detour.taken(ended.err())).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @CsvSource({"bin/readfile", "bin/bare/echo"})
    void standardInputOfWhichNothingWasReadYetGoesOnToo(String program) throws Exception {
        Path input = Files.writeString(home.resolve("input"), "what was there.");
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Ended direct = lockstep.withInput(input).run("run", "--snapshot-at", "0", program);

        Lockstep.Ended later = lockstep.run("run", "--from", "1").hasExitCode(direct.exitCode());

        assertThat(later.out()).isEqualTo(direct.out()).isNotEmpty();
    }

    @Test
    void aStateOfTheLastStepBeforeALimitIsTaken() throws Exception {
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run("run", "--until-step", "1000", "--snapshot-at", "1000", "bin/hello");

        assertThat(Detour.taken(ended.err())).hasSize(1);
    }

    private static List<String> difference(String screen) {
        return screen.lines().filter(line -> line.startsWith("  difference")).toList();
    }

    @Test
    void aRunInProgressIsTakenAndGoesOn() throws Exception {
        Lockstep lockstep = new Lockstep(home).withAllCompilers();
        Lockstep.Started run = lockstep.startLong("run", "bin/compute", "60");

        Lockstep.Ended taken =
                lockstep.run("snapshot", "take", "1", "--label", "by hand").hasExitCode(0);

        assertThat(taken.out()).isEqualTo("1\n");
        assertThat(lockstep.run("snapshot", "list").hasExitCode(0).out())
                .contains("by hand", "yes");
        run.interrupt();
        run.await(Duration.ofSeconds(30));
        assertThat(lockstep.run("snapshot", "take", "1").hasExitCode(USAGE).err())
                .contains("has ended (expected: one in progress");
    }

    @Test
    void theStateOfASnapshotIsComparedAsAnyOther() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        lockstep.run("run", "--snapshot-at", "1000", "--snapshot-at", "2000", "bin/hello")
                .hasExitCode(0);
        for (String snapshot : List.of("1/interp", "1/recomp", "2")) {
            lockstep.run(
                            "snapshot",
                            "show",
                            snapshot,
                            "--as",
                            "state",
                            "--output",
                            home.resolve(snapshot).toString())
                    .hasExitCode(0);
        }

        String one = home.resolve("1/interp").toString();
        lockstep.run("diff", "state", one, home.resolve("1/recomp").toString()).hasExitCode(0);
        assertThat(
                        lockstep.run("diff", "state", one, home.resolve("2").toString())
                                .hasExitCode(DIVERGED)
                                .out())
                .contains("cpu_state.json", "pc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --from 9 | snapshot 9: no such snapshot",
                "run --from x | 'x' is no snapshot (expected: a number, or NUMBER/ENGINE",
                "run --from 1/qemu | snapshot 1 has no engine \"qemu\"",
                "run --from 1 --memory 64M | --memory: beside --from 1",
                "run --snapshot-at -1 bin/hello | --snapshot-at: -1 (expected: 0 to ",
                "run --snapshot-every 0 bin/hello | --snapshot-every: 0 (expected: 1 to ",
                "run --from 1 --until-step 500 | step 500 is to be the last (expected: > 1",
                "snapshot show 9 | snapshot 9: no such snapshot",
                "snapshot show 1 --as state | expected: --as state --output DIR, or neither",
                "snapshot rm 9 | snapshot 9: no such snapshot",
                "snapshot take hello | no run 'hello' in",
            })
    void whatCannotBeIsSaidWithItsValue(String line) throws Exception {
        Lockstep lockstep = new Lockstep(home);
        if (line.contains(" 1")) {
            lockstep.run("run", "--snapshot-at", "1000", "bin/hello").hasExitCode(0);
        }
        String[] parts = line.split(" \\| ", 2);

        assertThat(lockstep.run(parts[0].split(" ")).hasExitCode(USAGE).err()).contains(parts[1]);
    }
}
