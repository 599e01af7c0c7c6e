package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Snapshots of runs that engines joined by hand, and such runs that begin from snapshots. */
final class SnapshotByHandIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private Path home;

    private final List<Lockstep.Started> started = new ArrayList<>();
    private Lockstep lockstep;
    private Path directory;

    @BeforeEach
    void aServerIsThere() throws IOException {
        lockstep = new Lockstep(home);
        directory = home.resolve("pair");
        start("serve", "--runtime-dir", directory.toString());
        Aftermath.awaitFile(directory.resolve("control.sock"));
    }

    @AfterEach
    void nothingIsLeft() {
        started.forEach(command -> command.process().destroyForcibly());
        started.forEach(command -> command.process().onExit().join());
    }

    @Test
    void aRestoredRunEndsAsIfThereHadBeenNoDetour() throws Exception {
        Lockstep.Ended direct =
                lockstep.run("run", "--snapshot-at", "150000", "bin/memory").hasExitCode(0);

        assertThat(restore("1/recomp", "again").hasExitCode(0).out())
                .contains("run again waits for 2 engines", directory.resolve("engine.sock") + "");
        Lockstep.Started subject = join("interp", "subject", "again", "bin/memory");
        Lockstep.Ended reference =
                join("recomp", "reference", "again", "bin/memory").await(LIMIT).hasExitCode(0);
        Lockstep.Ended other = subject.await(LIMIT).hasExitCode(0);

        assertThat(reference.err()).contains("run \"again\": MATCH");
        assertThat(direct.out()).endsWith(reference.out());
        assertThat(reference.out()).isNotEmpty();
        assertThat(other.out()).isEmpty();
        Lockstep.Ended shown = lockstep.run("runs", "show", "again");
        assertThat(shown.out()).contains(" %,d ".formatted(Detour.steps(direct)));
    }

    @Test
    void anEngineOfAnotherProgramIsRefusedByARestoredRun() throws Exception {
        lockstep.run("run", "--snapshot-at", "1000", "bin/hello").hasExitCode(0);
        restore("1", "again").hasExitCode(0);

        assertThat(
                        join("interp", "reference", "again", "bin/divzero")
                                .await(LIMIT)
                                .hasExitCode(ExitCodes.USAGE)
                                .err())
                .contains("program: snapshot 1 was taken of");
    }

    @Test
    void aRestoredRunIsTakenLikeTheOneBeforeIt() throws Exception {
        lockstep.run("run", "--snapshot-at", "1000", "--until-step", "2000", "bin/compute", "5000");
        restore("1", "again").hasExitCode(0);
        join("interp", "reference", "again", "bin/compute", "5000");
        join("recomp", "subject", "again", "bin/compute", "5000");
        lockstep.awaitComparing();

        assertThat(take("again")).isEqualTo("2\n");
        assertThat(lockstep.run("snapshot", "list").hasExitCode(0).out()).contains("  again  ");
        assertThat(
                        lockstep.run("run", "--from", "2", "--until-step", "1")
                                .hasExitCode(ExitCodes.USAGE)
                                .err())
                .contains("step 1 is to be the last", "where snapshot 2 is");
    }

    @Test
    void aRunThatEnginesJoinedDoesNotKnowHowTheyWereStarted() throws Exception {
        join("interp", "reference", "pair", "bin/compute", "5000");
        join("recomp", "subject", "pair", "bin/compute", "5000");
        lockstep.awaitComparing();

        assertThat(take("pair")).isEqualTo("1\n");
        assertThat(lockstep.run("run", "--from", "1").hasExitCode(ExitCodes.USAGE).err())
                .contains("snapshot 1 does not know how its program was started; give PROGRAM");
        restore("1", "again").hasExitCode(0);
        lockstep.run("snapshot", "verify").hasExitCode(0);
    }

    @Test
    void whatTheServerRefusesIsAUsageError() throws Exception {
        assertThat(restore("7", "again").hasExitCode(ExitCodes.USAGE).err())
                .startsWith("error: snapshot 7: no such snapshot");
        lockstep.run("run", "--snapshot-at", "1000", "bin/hello").hasExitCode(0);
        assertThat(restore("1/qemu", "again").hasExitCode(ExitCodes.USAGE).err())
                .startsWith("error: snapshot 1 has no engine \"qemu\"");
        assertThat(restore("1", "no name").hasExitCode(ExitCodes.USAGE).err())
                .contains("name: \"no name\" (expected: 1 to 64 characters");
        restore("1", "again").hasExitCode(0);
        assertThat(restore("1", "again").hasExitCode(ExitCodes.USAGE).err()).contains("\"again\"");
        started.getFirst().process().destroyForcibly().waitFor();
        assertThat(restore("1", "third").hasExitCode(ExitCodes.USAGE).err())
                .contains("no coordinator answers at " + directory);
    }

    private Lockstep.Ended restore(String snapshot, String run) throws Exception {
        return lockstep.run(
                "snapshot",
                "restore",
                snapshot,
                "--run",
                run,
                "--runtime-dir",
                directory.toString());
    }

    private String take(String run) throws Exception {
        return lockstep.run("snapshot", "take", run).hasExitCode(0).out();
    }

    private Lockstep.Started join(String engine, String role, String run, String... guest)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("engine", engine, "--connect"));
        words.add(directory.resolve("engine.sock").toString());
        words.addAll(List.of("--run", run, "--role", role));
        words.addAll(List.of(guest));
        return start(words.toArray(String[]::new));
    }

    private Lockstep.Started start(String... words) throws IOException {
        Lockstep.Started command = lockstep.start(words);
        started.add(command);
        return command;
    }
}
