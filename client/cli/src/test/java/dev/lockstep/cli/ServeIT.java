package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in its default directory: who may have it, and what stays of it. */
class ServeIT {
    private static final int PIPE_BYTES = 64 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir private Path home;
    private Lockstep lockstep;
    private Lockstep.Started server;

    @BeforeEach
    void aServerIsThere() throws IOException {
        lockstep = new Lockstep(home);
        server = start();
    }

    @AfterEach
    void nothingGoesOn() {
        server.process().destroyForcibly().onExit().join();
    }

    @Test
    void aSecondServerIsAUsageErrorAndTheFirstGoesOn() throws Exception {
        assertThat(lockstep.run("serve").hasExitCode(ExitCodes.USAGE).err())
                .startsWith("error: another coordinator lives in " + directory())
                .contains("choose another runtime directory");
        assertThat(
                        lockstep.run("serve", "--runtime-dir", directory().toString())
                                .hasExitCode(ExitCodes.USAGE)
                                .err())
                .startsWith("error: another coordinator listens at ");
        assertThat(socket("engine.sock")).exists();
        assertThat(server.process().isAlive()).isTrue();
    }

    @Test
    void aServerOutlivesTheRunsBesideItAndLeavesNothing() throws Exception {
        lockstep.run("run", "bin/hello").hasExitCode(0);
        assertThat(socket("control.sock")).exists();
        Lockstep.send("TERM", server.process().pid());

        assertThat(server.await(TIMEOUT).hasExitCode(0).err())
                .contains("lockstep engine interp --connect " + socket("engine.sock"))
                .contains("lockstep watch --runtime-dir " + directory());
        assertThat(lockstep.leftovers()).isEmpty();
    }

    @Test
    void aServerAmongTheDirectoriesOfRunsIsNotSweptAway() throws Exception {
        Path mine = directory().resolveSibling("mine");
        Lockstep.Started other = start("--runtime-dir", mine.toString());
        try {
            lockstep.run("run", "bin/hello").hasExitCode(0);
            lockstep.run("runs", "list").hasExitCode(0);
            assertThat(mine.resolve("engine.sock")).exists();
            assertThat(mine.resolve("control.sock")).exists();
        } finally {
            other.process().destroyForcibly().waitFor();
        }
        lockstep.run("runs", "list").hasExitCode(0);
        assertThat(mine).doesNotExist();
    }

    @Test
    void aDirectoryThatOthersMayEnterIsRefused() throws Exception {
        Path open = Files.createDirectory(home.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(
                        lockstep.run("serve", "--runtime-dir", open.toString())
                                .hasExitCode(ExitCodes.USAGE)
                                .err())
                .startsWith("error: runtime directory " + open)
                .contains("mode rwxr-xr-x (expected: a directory of yours with mode rwx------)");
    }

    @Test
    void aServerWhoseTerminalTakesNothingWorksAndEnds() throws Exception {
        Path pipe = home.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try (RandomAccessFile terminal = new RandomAccessFile(pipe.toFile(), "rw")) {
            terminal.write(new byte[PIPE_BYTES]);
            Path mine = home.resolve("mine");
            Process silent =
                    new ProcessBuilder(
                                    Lockstep.LAUNCHER.toString(),
                                    "serve",
                                    "--state-dir",
                                    home.resolve("state").toString(),
                                    "--runtime-dir",
                                    mine.toString())
                            .redirectError(pipe.toFile())
                            .start();
            await().atMost(TIMEOUT).until(() -> Files.exists(mine.resolve("control.sock")));
            silent.destroy();
            assertThat(silent.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(silent.exitValue()).isZero();
        }
    }

    @Test
    void aRelativeDirectoryIsToldInFull() throws Exception {
        Lockstep.Started other =
                new Lockstep(home).in(home).start("serve", "--runtime-dir", "here");
        await().atMost(TIMEOUT).until(() -> other.err().contains("to stop:"));
        Lockstep.send("TERM", other.process().pid());
        assertThat(other.await(TIMEOUT).hasExitCode(0).err())
                .contains("--connect " + home.resolve("here/engine.sock"));
    }

    @Test
    void theServerTellsWhatHappensInItsRuns() throws Exception {
        Lockstep.Started reference = startEngine("interp", "reference");
        startEngine("recomp", "subject").await(TIMEOUT).hasExitCode(0);
        reference.await(TIMEOUT).hasExitCode(0);
        Lockstep.send("TERM", server.process().pid());

        assertThat(server.await(TIMEOUT).hasExitCode(0).err())
                .containsPattern("(?m)^1  r1  new run")
                .containsPattern("(?m)^2  r1  started: interp \\(reference\\), recomp$")
                .containsPattern("(?m)^3  r1  ended: MATCH");
    }

    @Test
    void aServerKeepsTheEventsOfEnginesThatJoinIfItIsToldTo() throws Exception {
        Path mine = directory().resolveSibling("mine");
        Lockstep.Started other = start("--runtime-dir", mine.toString(), "--events");
        Path engines = mine.resolve("engine.sock");
        Lockstep.Started reference = startEngine(engines, "interp", "reference");
        startEngine(engines, "recomp", "subject").await(TIMEOUT).hasExitCode(0);
        reference.await(TIMEOUT).hasExitCode(0);
        Lockstep.send("TERM", other.process().pid());
        other.await(TIMEOUT).hasExitCode(0);

        assertThat(lockstep.run("diff", "events", "run:1/interp", "run:1/recomp").out())
                .startsWith("MATCH");
    }

    @Test
    void aServerThatWasKilledIsReplaced() throws Exception {
        server.process().destroyForcibly().waitFor();
        assertThat(socket("engine.sock")).exists();
        server = start();
        Lockstep.send("INT", server.process().pid());
        server.await(TIMEOUT).hasExitCode(0);
    }

    /** Starts a server and waits until it listens. */
    private Lockstep.Started start(String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("serve"));
        words.addAll(List.of(options));
        Lockstep.Started started = lockstep.start(words.toArray(String[]::new));
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> started.err().contains("to stop:"));
        return started;
    }

    private Lockstep.Started startEngine(String engine, String role) throws IOException {
        return startEngine(socket("engine.sock"), engine, role);
    }

    private Lockstep.Started startEngine(Path engines, String engine, String role)
            throws IOException {
        return lockstep.start(
                "engine",
                engine,
                "--connect",
                engines.toString(),
                "--run",
                "r1",
                "--role",
                role,
                "bin/hello");
    }

    private Path socket(String name) {
        return directory().resolve(name);
    }

    private Path directory() {
        return home.resolve("lockstep").resolve("serve");
    }
}
