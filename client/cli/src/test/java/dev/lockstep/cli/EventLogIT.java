package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Event logs as users get them (docs/events.md). */
final class EventLogIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What differs between the logs of two engines, and between two runs. */
    private static final Pattern OWN = Pattern.compile("\"engine\":\"\\w+\"|\"host_ns\":\\d+");

    private static final Pattern READ =
            Pattern.compile(".*\"kind\":\"syscall.call\".*\"name\":\"read\".*");

    /** An engine that has used so much is long past the start of its guest. */
    private static final long BUSY_SECONDS = 5;

    @TempDir private Path home;

    private Lockstep lockstep;

    @BeforeEach
    void start() {
        lockstep = new Lockstep(home);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "hello-pie",
                "memory",
                "plumbing",
                "signals",
                "badaddr",
                "unknown-syscall",
                "clock-random"
            })
    void bothEnginesTellTheSameEvents(String program) throws Exception {
        lockstep.run("run", "--events", "bin/" + program);
        List<String> reference = exported("interp");
        assertThat(reference).hasSizeGreaterThan(5);
        assertThat(exported("recomp")).isEqualTo(reference);
        assertThat(reference.getLast()).contains("\"kind\":\"exit\"");
    }

    @Test
    void aLogIsExportedToAFileAndItsEventsAreCounted() throws Exception {
        Lockstep.Ended run = lockstep.run("run", "--events", "bin/hello").hasExitCode(0);
        Path file = home.resolve("interp.jsonl");
        Lockstep.Ended export =
                lockstep.run("runs", "events", "1", "--engine", "interp", "--output", file + "")
                        .hasExitCode(0);
        List<String> lines = Files.readAllLines(file);
        int count = lines.size() - 1;
        assertThat(lines.getFirst())
                .isEqualTo(
                        "{\"kind\":\"schema_version\",\"schema_version\":1,\"engine\":\"interp\"}");
        assertThat(IntStream.range(0, count))
                .allSatisfy(
                        i -> assertThat(lines.get(i + 1)).contains("\"tid_event_idx\":" + i + ","));
        String told = "events     %d of interp, %1$d of recomp".formatted(count);
        assertThat(run.err()).contains(told);
        assertThat(lockstep.run("runs", "show", "1").out()).contains(told);
        assertThat(export.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    void aFreeRunWritesWhatTheGuestDoes(String engine) throws Exception {
        Path file = home.resolve("events.jsonl");
        lockstep.run("engine", engine, "--events", file.toString(), "bin/exit-status", "7")
                .hasExitCode(7);
        assertThat(Files.readString(file))
                .startsWith(
                        "{\"kind\":\"schema_version\",\"schema_version\":1,\"engine\":\"%s\"}\n"
                                .formatted(engine))
                .contains("\"permissions\":\"r-x\",\"what\":\"initial\"")
                .containsSubsequence(
                        "{\"name\":\"exit_group\",\"args\":{\"status\":7},\"args_resolved\":{}}",
                        "\"kind\":\"exit\"",
                        "{\"reason\":\"exited\",\"status\":7}")
                .endsWith("}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void theCallInWhichAGuestWaitsIsInTheFileAndStaysThere(String signal) throws Exception {
        Path pipe = home.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Path file = home.resolve("events.jsonl");
        try (var input = new RandomAccessFile(pipe.toFile(), "rw")) {
            input.write('x');
            Lockstep.Started engine =
                    lockstep.withInput(pipe)
                            .start("engine", "interp", "--events", file + "", "bin/readfile");
            // The second one waits, right behind the first.
            await().atMost(LIMIT).until(() -> READ.matcher(text(file)).results().count() == 2);
            assertThat(engine.process().isAlive()).isTrue();
            Lockstep.send(signal, -engine.process().pid());
            engine.process().onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(text(file).lines().reduce((first, next) -> next).orElseThrow())
                .matches(READ)
                .endsWith("}}");
    }

    @Test
    void whatAGuestDidLastIsInTheFileWhenItIsKilledAtWork() throws Exception {
        Path file = home.resolve("events.jsonl");
        Lockstep.Started engine =
                lockstep.start("engine", "interp", "--events", file + "", "bin/compute", "100000");
        await().atMost(LIMIT).until(() -> cpuSeconds(engine) >= BUSY_SECONDS);
        Lockstep.send("TERM", -engine.process().pid());
        engine.process().onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(text(file)).contains("\"kind\":\"syscall.return\"").endsWith("}}\n");
    }

    private static long cpuSeconds(Lockstep.Started command) {
        try (Stream<ProcessHandle> children = command.process().descendants()) {
            return Stream.concat(Stream.of(command.process().toHandle()), children)
                    .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                    .mapToLong(Duration::toSeconds)
                    .sum();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedWithItsOption() throws Exception {
        Path file = home.resolve("no/events.jsonl");
        assertThat(
                        lockstep.run("engine", "interp", "--events", file + "", "bin/hello")
                                .hasExitCode(2)
                                .err())
                .startsWith("error: --events " + file + ": cannot be written (no such directory);");
    }

    @Test
    void theFirstEventThatDiffersIsTheFaultyCall() throws Exception {
        // The instruction before the ecall of fstatat loads its number, 79.
        String fault = "recomp --compile sync --fault flip:0x1@pc=0x226b0";
        lockstep.run("run", "--events", "--subject", fault, "bin/hello").hasExitCode(1);
        List<String> reference = exported("interp");
        List<String> subject = exported("recomp");
        int first =
                IntStream.range(0, subject.size())
                        .filter(i -> !subject.get(i).equals(reference.get(i)))
                        .findFirst()
                        .orElseThrow();
        assertThat(reference.get(first)).contains("syscall.call", "\"name\":\"newfstatat\"");
        assertThat(subject.get(first)).contains("syscall.call", "\"name\":\"readlinkat\"");
    }

    @Test
    void whatAKilledCoordinatorHasKeptIsExported() throws Exception {
        Lockstep.Started run = lockstep.startLong("run", "--events", "bin/compute", "5000");
        Path kept = home.resolve("state/lockstep/events/1/recomp/000000.seg");
        await().atMost(LIMIT).until(() -> Files.exists(kept) && Files.size(kept) > 100);
        run.process().destroyForcibly().waitFor();
        assertThat(exported("recomp", 5))
                .hasSizeGreaterThan(5)
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(lockstep.run("runs", "show", "1").hasExitCode(0).out())
                .containsPattern("events     \\d+ of interp, \\d+ of recomp");
        assertThat(lockstep.run("runs", "report", "1", "json").out())
                .isEqualTo(lockstep.run("runs", "show", "1", "--format", "json").out())
                .containsPattern("\"events\": \\d+");
    }

    @Test
    void anEngineWhosePayloadIsNoJsonIsThrownOut() throws Exception {
        Lockstep.Ended run =
                lockstep.run(
                                "run",
                                "--events",
                                "--subject",
                                "odd=" + Lockstep.engine(ScriptedEngine.class, "nonsensical"),
                                "--reference",
                                Lockstep.engine(ScriptedEngine.class, "polite"),
                                "bin/hello")
                        .hasExitCode(5);
        assertThat(run.err())
                .contains("broke the protocol: Event.payload of thought 0: ")
                .contains("tells no events: there is no event log of it");
    }

    @Test
    void whatIsWrongWithAnExportIsSaid() throws Exception {
        lockstep.run("run", "--events", "bin/hello").hasExitCode(0);
        assertThat(lockstep.run("runs", "events", "1").hasExitCode(2).err())
                .contains("2 event logs (expected: --engine interp or --engine recomp)");
        assertThat(lockstep.run("runs", "events", "1", "--engine", "x").hasExitCode(2).err())
                .contains("no event log of 'x' (expected: --engine interp or --engine recomp)");
        String path = home.resolve("state/lockstep/events/1/interp").toString();
        assertThat(lockstep.run("runs", "events", "1", "--engine", path).hasExitCode(2).err())
                .contains("no event log of '" + path + "'");
        lockstep.run("run", "bin/hello").hasExitCode(0);
        assertThat(lockstep.run("runs", "events", "2").hasExitCode(2).err())
                .contains("0 event logs (expected: a run that was started with --events)");
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoMistake() throws Exception {
        lockstep.run("run", "--events", "bin/hello").hasExitCode(0);
        ProcessBuilder shell =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "set -o pipefail; \"$0\" runs events 1 --engine interp | true",
                                Lockstep.LAUNCHER.toString())
                        .redirectErrorStream(true);
        shell.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
        shell.environment().put("XDG_RUNTIME_DIR", home.toString());
        Process pipeline = shell.start();
        assertThat(pipeline.getInputStream().readAllBytes()).asString().isEmpty();
        assertThat(pipeline.waitFor()).isZero();
    }

    @Test
    void aFileOfEventsIsRefusedWhereThereIsNone() throws Exception {
        assertThat(
                        lockstep.run("engine", "interp", "--events", "-", "bin/hello")
                                .hasExitCode(2)
                                .err())
                .contains("--events: - (expected: a file, since standard output is the guest's)");
    }

    private List<String> exported(String engine) throws IOException, InterruptedException {
        return exported(engine, 0);
    }

    private List<String> exported(String engine, int exitCode)
            throws IOException, InterruptedException {
        return lockstep.run("runs", "events", "1", "--engine", engine)
                .hasExitCode(exitCode)
                .out()
                .lines()
                .map(line -> OWN.matcher(line).replaceAll(""))
                .toList();
    }
}
