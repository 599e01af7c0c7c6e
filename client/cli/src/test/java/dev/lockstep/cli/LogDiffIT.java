package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The event logs of runs are compared, afterwards and while they go on. */
final class LogDiffIT {
    private static final int DIVERGED = 1;
    private static final int INCOMPLETE = 5;

    /** How long a watch seeks a coordinator that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * A second is what is promised on a machine that has time; what it was is printed. This is what
     * a machine with other things to do keeps too, and no more is proven here.
     */
    private static final Duration SOON = Duration.ofSeconds(3);

    /**
     * Where a system call gets its third argument; readfile asks for a byte there, again and again.
     */
    private static final String ASKS_FOR_THREE = "recomp --fault flip:0x2@pc=0x111f0,n=40";

    private static final Pattern TOLD = Pattern.compile("subject .*\"host_ns\": (\\d+)");

    @TempDir private Path home;

    private final List<Lockstep.Started> started = new ArrayList<>();
    private Lockstep lockstep;

    @BeforeEach
    void start() {
        lockstep = new Lockstep(home);
    }

    @AfterEach
    void nothingGoesOn() {
        started.forEach(command -> command.process().destroyForcibly());
        started.forEach(command -> command.process().onExit().join());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "memory", "plumbing", "signals", "badaddr", "clock-random"})
    void ourEnginesTellTheSameOfShippedPrograms(String program) throws Exception {
        lockstep.run("run", "--events", "bin/" + program);
        assertThat(diff("run:1/interp", "run:1/recomp").hasExitCode(0).out()).startsWith("MATCH");
    }

    @Test
    void theFirstEventThatDiffersIsNamed() throws Exception {
        String fault = "recomp --compile sync --fault flip:0x1@pc=0x226b0";
        lockstep.run("run", "--events", "--subject", fault, "bin/hello").hasExitCode(DIVERGED);
        assertThat(diff("run:1/interp", "run:1/recomp").hasExitCode(DIVERGED).out())
                .contains("name=newfstatat: reference='newfstatat' subject='readlinkat'");
        assertThat(lockstep.run("watch", "1", "--event-diff").hasExitCode(DIVERGED).out())
                .contains("subject='readlinkat'", "DIVERGED  run:1/interp and run:1/recomp")
                .contains("All of it: lockstep diff events run:1/interp run:1/recomp");
    }

    @Test
    void programsAreToldALineForEachDifferenceAndOneForTheResult() throws Exception {
        String fault = "recomp --compile sync --fault flip:0x1@pc=0x226b0";
        lockstep.run("run", "--events", "--subject", fault, "bin/hello").hasExitCode(DIVERGED);
        Path rules = Files.writeString(home.resolve("p.yaml"), "event_profile: p\n");
        List<String> lines =
                lockstep.run(
                                "watch",
                                "1",
                                "--event-diff",
                                "--format",
                                "json",
                                "--profile",
                                rules + "")
                        .hasExitCode(DIVERGED)
                        .out()
                        .lines()
                        .toList();
        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(lines.getFirst())
                .contains("\"kind\":\"difference\"", "\"reference_tid\":1", "\"position\":");
        assertThat(lines.getLast())
                .contains("\"kind\":\"result\",\"verdict\":\"DIVERGED\",\"exit_code\":1")
                .contains("\"profile\":\"p\"", "\"different_thread_pairs\":1", "\"cut\":null");
    }

    @Test
    void aPositionIsNoPartOfAComparison() throws Exception {
        lockstep.run("run", "--events", "bin/hello").hasExitCode(0);
        assertThat(lockstep.run("watch", "1", "--event-diff", "--from", "3").hasExitCode(2).err())
                .contains("--from: with --event-diff");
    }

    @Tag("long")
    @Test
    void aThirdTerminalSeesTheDifferenceWhileTheRunGoesOn() throws Exception {
        Path pipe = home.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Lockstep.Started run =
                start(
                        "run",
                        "--events",
                        "--grain",
                        "block",
                        "--subject",
                        ASKS_FOR_THREE,
                        "--stdin",
                        pipe.toString(),
                        "bin/readfile");
        try (OutputStream input = Files.newOutputStream(pipe)) {
            String name = "readfile-" + run.process().pid();
            await().atMost(LIMIT).until(() -> lockstep.run("runs", "list").out().contains(name));
            Lockstep.Started watch = start("watch", name, "--event-diff");
            await().atMost(LIMIT).until(() -> watch.err().contains("comparing the event logs"));
            Matcher told = TOLD.matcher("");
            while (!told.reset(watch.out()).find() && watch.process().isAlive()) {
                write(input);
                Thread.sleep(20);
            }
            assertThat(told.reset(watch.out()).find()).as(watch.err()).isTrue();
            long delay = System.nanoTime() - Long.parseLong(told.group(1));
            System.out.printf(
                    "seen after %d ms (promised: 1000)%n", TimeUnit.NANOSECONDS.toMillis(delay));
            assertThat(Duration.ofNanos(delay)).isLessThan(SOON);
            assertThat(watch.await(LIMIT).hasExitCode(DIVERGED).out())
                    .contains("args.count", "DIVERGED");
        }
        run.await(LIMIT).hasExitCode(DIVERGED);
    }

    @Tag("long")
    @Test
    void whatAKilledCoordinatorHasKeptIsCompared() throws Exception {
        Lockstep.Started run = lockstep.startLong("run", "--events", "bin/compute", "50000");
        started.add(run);
        Lockstep.Started watch = start("watch", "1", "--event-diff");
        Path kept = home.resolve("state/lockstep/events/1/recomp/000000.seg");
        await().atMost(LIMIT).until(() -> Files.exists(kept) && Files.size(kept) > 100);
        await().atMost(LIMIT).until(() -> watch.err().contains("comparing the event logs"));
        Thread.sleep(PATIENCE.plusSeconds(1)); // What was kept is read however long it was watched.
        run.process().destroyForcibly().waitFor();
        assertThat(watch.await(LIMIT).hasExitCode(INCOMPLETE).out()).contains("has no end");
        assertThat(diff("run:1/interp", "run:1/recomp").hasExitCode(INCOMPLETE).out())
                .startsWith("INCOMPLETE")
                .contains("has no end");
    }

    @Test
    void aRunThatGoesOnIsWatchedAndNotCompared() throws Exception {
        Lockstep.Started run = lockstep.startLong("run", "--events", "bin/compute", "50000");
        started.add(run);
        Path kept = home.resolve("state/lockstep/events/1/recomp/000000.seg");
        await().atMost(LIMIT).until(() -> Files.exists(kept) && Files.size(kept) > 100);
        assertThat(diff("run:1/interp", "run:1/recomp").hasExitCode(2).err())
                .contains("has not ended", "'lockstep watch 1 --event-diff'");
        Lockstep.Ended export =
                lockstep.run("runs", "events", "1", "--engine", "interp").hasExitCode(INCOMPLETE);
        assertThat(export.out()).startsWith("{\"kind\":\"schema_version\"").endsWith("}\n");
        assertThat(export.err()).contains("goes on and its log is still written");
    }

    @Test
    void rulesComeThroughAPipeAndAWrongEngineIsNamed() throws Exception {
        started.add(lockstep.startLong("run", "--events", "bin/compute", "50000"));
        assertThat(
                        lockstep.run("watch", "1", "--event-diff", "--engine", "typo")
                                .hasExitCode(2)
                                .err())
                .contains("no event log of \"typo\" (expected: interp or recomp)");
        Path pipe = home.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Lockstep.Started watch = start("watch", "1", "--event-diff", "--profile", pipe.toString());
        Files.writeString(
                pipe,
                """
                event_profile: mine
                description: Numbers may differ.
                ignore:
                  - kind: "*"
                    fields: [n]
                """);
        await().atMost(LIMIT).until(() -> watch.err().contains(", profile mine"));
    }

    @Test
    void whatIsNoLogIsSaid() throws Exception {
        lockstep.run("run", "bin/hello").hasExitCode(0);
        assertThat(diff("run:1", "run:1/recomp").hasExitCode(2).err())
                .contains("run:1 (expected: run:RUN/ENGINE");
        assertThat(diff("run:1/interp", "run:1/recomp").hasExitCode(2).err())
                .contains("no event log of 'interp'");
        assertThat(diff("run:7/interp", "run:1/recomp").hasExitCode(2).err())
                .contains("no run '7'");
        assertThat(lockstep.run("watch", "1", "--event-diff").hasExitCode(2).err())
                .contains("no event log of 'interp'");
    }

    private Lockstep.Ended diff(String reference, String subject) throws Exception {
        return lockstep.run("diff", "events", reference, subject);
    }

    private Lockstep.Started start(String... words) throws IOException {
        Lockstep.Started command = lockstep.start(words);
        started.add(command);
        return command;
    }

    /** A run that has found its difference reads no more. */
    private static void write(OutputStream input) {
        try {
            input.write('x');
            input.flush();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Broken pipe");
        }
    }
}
