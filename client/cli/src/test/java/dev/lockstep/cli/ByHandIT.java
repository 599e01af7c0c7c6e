package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.cli.text.Words;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A server, engines that join it by hand and a watcher: the commands that README shows. */
final class ByHandIT {
    private static final String SECTION = "## Join engines by hand";
    private static final String README_DIRECTORY = "/tmp/pair";
    private static final Duration SECONDS = Duration.ofSeconds(60);

    /** Goes wrong in the first round of compute, and is right again before the second. */
    private static final String HEALING = "recomp --fault drop-store@pc=0x12122,n=20002";

    private static final int EXIT_USAGE = 2;
    private static final int EXIT_INCOMPLETE = 5;
    private static final int EXIT_SIGINT = 130;

    @TempDir private Path home;

    private final List<Lockstep.Started> started = new ArrayList<>();
    private Lockstep.Started server;

    @BeforeEach
    void aServerIsThere() throws Exception {
        server = start(readme("serve"));
        awaitSocket();
    }

    @AfterEach
    void nothingIsLeft() {
        started.forEach(command -> command.process().destroyForcibly());
        started.forEach(command -> command.process().onExit().join());
    }

    @Test
    void theCommandsOfReadmeShowAPlantedDivergenceAsItHappens() throws Exception {
        Lockstep.Started watcher = start(readme("watch"));
        Lockstep.Started reference = start(readme("engine interp"));
        Lockstep.Started subject = start(readme("engine recomp"));

        for (Lockstep.Started engine : List.of(reference, subject)) {
            assertThat(engine.await(SECONDS).hasExitCode(0).err())
                    .contains("run \"first\": DIVERGED");
        }
        await().atMost(SECONDS).until(() -> watcher.out().contains("ended"));
        assertThat(watcher.out())
                .containsPattern("(?m)^1  first  new run: opened by (interp|recomp) with .*/hello$")
                .containsPattern("(?m)^2  first  started: interp \\(reference\\), recomp$")
                .containsPattern(
                        "(?m)^3  first  difference 1: x10 of recomp at step 2,000: off by one")
                .containsPattern("(?m)^4  first  ended: DIVERGED, 1,999 steps compared");

        Lockstep.send("TERM", server.process().pid());
        server.await(SECONDS).hasExitCode(0);
        assertThat(watcher.await(SECONDS).hasExitCode(0).err()).contains("has closed");
        assertThat(sockets()).isEmpty();
    }

    @Test
    void aDifferenceIsShownWhileTheEnginesGoOn() throws Exception {
        server.process().destroyForcibly().waitFor();
        server = start(readme("serve") + " --on-divergence track");
        await().atMost(SECONDS).until(() -> server.err().contains("to stop:"));
        Lockstep.Started watcher = start("watch --runtime-dir " + runtimeDirectory());
        Lockstep.Started reference = startEngine("interp", "reference", "long", "100");
        Lockstep.Started subject = startEngine(HEALING, "subject", "long", "100");
        await().atMost(SECONDS).until(() -> watcher.out().contains("difference 1: "));

        assertThat(reference.process().isAlive()).isTrue();
        assertThat(subject.process().isAlive()).isTrue();
        assertThat(watcher.out()).doesNotContain("ended");
        server.interrupt();
        for (Lockstep.Started engine : List.of(reference, subject)) {
            engine.await(SECONDS).hasExitCode(0);
        }
        assertThat(watcher.await(SECONDS).hasExitCode(0).out()).contains("ended: ");
    }

    @Test
    void aWatcherThatIsKilledAndStartedAgainMissesAndRepeatsNothing() throws Exception {
        List<String> lines = new ArrayList<>();
        List<Lockstep.Started> engines = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            engines.add(startEngine("interp", "reference", "run-" + run));
            Lockstep.Started watcher = startJsonWatcher(lines.size());
            int seen = lines.size();
            await().atMost(SECONDS).until(() -> completeLines(watcher).size() > 0);
            engines.add(startEngine("recomp", "subject", "run-" + run));
            watcher.process().destroyForcibly().waitFor();
            lines.addAll(completeLines(watcher));
            assertThat(lines).hasSizeGreaterThan(seen);
        }
        for (Lockstep.Started engine : engines) {
            engine.await(SECONDS).hasExitCode(0);
        }
        Lockstep.Started watcher = startJsonWatcher(lines.size());
        await().atMost(SECONDS)
                .until(() ->
                        lines.stream().filter(ByHandIT::isEnd).count()
                                        + completeLines(watcher).stream()
                                                .filter(ByHandIT::isEnd)
                                                .count()
                                == 3);
        lines.addAll(completeLines(watcher));

        assertThat(lines.stream().map(ByHandIT::position))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 3 * 3).boxed().toList());
    }

    @Test
    void aPositionThatIsNotOfThisServerIsAUsageError() throws Exception {
        assertThat(watch("--from", "99").hasExitCode(EXIT_USAGE).err())
                .startsWith("error: ")
                .contains("position: 99");
        startEngine("interp", "reference", "pair");
        Lockstep.Started watcher = startJsonWatcher(0);
        await().atMost(SECONDS).until(() -> completeLines(watcher).size() > 0);
        assertThat(watch("--from", "another:1").hasExitCode(EXIT_USAGE).err())
                .contains("server_id \"another\"");
    }

    @Test
    void aReaderThatHasSeenEnoughEndsTheWatchQuietly() throws Exception {
        startEngine("interp", "reference", "pair");
        Process pipeline =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "\"$0\" watch --runtime-dir \"$1\" | head -n 1",
                                Lockstep.LAUNCHER.toString(),
                                runtimeDirectory().toString())
                        .redirectErrorStream(true)
                        .start();
        assertThat(pipeline.inputReader().lines()).singleElement().asString().startsWith("1  pair");
        assertThat(pipeline.waitFor()).isZero();
    }

    @Test
    void anEngineLeavesOnCtrlCWithItsAccount() throws Exception {
        Lockstep.Started watcher = start("watch --runtime-dir " + runtimeDirectory());
        Lockstep.Started reference = startEngine("interp", "reference", "pair", "5000");
        Lockstep.Started subject = startEngine("recomp", "subject", "pair", "5000");
        await().atMost(SECONDS).until(() -> watcher.out().contains("started"));
        subject.interrupt();

        subject.await(SECONDS).hasExitCode(EXIT_SIGINT);
        assertThat(reference.await(SECONDS).hasExitCode(0).err())
                .contains("run \"pair\": INCOMPLETE: engine \"recomp\" left before");
        await().atMost(SECONDS).until(() -> watcher.out().contains("ended"));
        assertThat(watcher.out()).contains("engine \"recomp\" left before it was halted (killed)");
    }

    @Test
    void anEngineThatIsNotWantedIsToldWhy() throws Exception {
        Lockstep.Started watcher = start("watch --runtime-dir " + runtimeDirectory());
        startEngine("interp", "reference", "pair", "5000");
        await().atMost(SECONDS).until(() -> watcher.out().contains("new run"));
        Lockstep.Started twin = startEngine("interp", "reference", "pair", "5000");
        assertThat(twin.await(SECONDS).hasExitCode(EXIT_USAGE).err())
                .startsWith("error: ")
                .contains("run \"pair\" has an engine \"interp\" already", "free: subject");

        startEngine("recomp", "subject", "pair", "5000");
        await().atMost(SECONDS).until(() -> watcher.out().contains("started"));
        Lockstep.Started late = startEngine("recomp", "subject", "pair", "5000");
        assertThat(late.await(SECONDS).hasExitCode(EXIT_USAGE).err())
                .contains("run \"pair\" has started already");
    }

    @Test
    void anEngineThatFindsNoCoordinatorSaysWhereItLooked() throws Exception {
        Lockstep.Started engine =
                start("engine interp --connect /no/such.sock --run pair --role subject bin/hello");
        assertThat(engine.await(SECONDS).hasExitCode(EXIT_USAGE).err())
                .startsWith("error: cannot connect to the coordinator at /no/such.sock");
    }

    @Test
    void aServerWhoseTerminalIsClosedWaitsForItsRunsAndWhenToldToGoDoesNot() throws Exception {
        Lockstep.Started watcher = start("watch --runtime-dir " + runtimeDirectory());
        Lockstep.Started reference = startEngine("interp", "reference", "pair", "5000");
        startEngine("recomp", "subject", "pair", "5000");
        await().atMost(SECONDS).until(() -> watcher.out().contains("started"));
        Lockstep.send("HUP", server.process().pid()); // As its shell does, and then the kernel.
        Lockstep.send("HUP", -server.process().pid());
        Lockstep.Started refused = startEngine("interp", "reference", "another");
        assertThat(refused.await(SECONDS).hasExitCode(EXIT_USAGE).err())
                .contains("takes no more runs");
        assertThat(reference.process().isAlive()).isTrue();
        Lockstep.send("TERM", server.process().pid());

        server.await(SECONDS).hasExitCode(0);
        reference.await(SECONDS).hasExitCode(0);
        assertThat(watcher.await(SECONDS).hasExitCode(0).out()).contains("ended: INCOMPLETE");
        assertThat(sockets()).isEmpty();
    }

    @Test
    void aServerThatIsKilledLeavesItsRunIncompleteForWhoeverWatchesIt() throws Exception {
        startEngine("interp", "reference", "pair", "5000");
        startEngine("recomp", "subject", "pair", "5000");
        Lockstep lockstep = new Lockstep(home);
        await().atMost(SECONDS)
                .until(() -> lockstep.run("runs", "list").out().contains(" running "));
        Lockstep.Started watcher = start("watch pair");
        await().atMost(SECONDS).until(() -> watcher.out().contains("started"));
        server.process().destroyForcibly().waitFor();

        assertThat(watcher.await(SECONDS).hasExitCode(EXIT_INCOMPLETE).out())
                .containsPattern("(?m)^-  pair  ended: INCOMPLETE");
    }

    /** Returns the words after {@code ./lockstep} of README's command. */
    private String readme(String verb) throws IOException {
        String text = Files.readString(Lockstep.ROOT.resolve("README.md"));
        String section = text.substring(text.indexOf(SECTION) + SECTION.length());
        return section.lines()
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("./lockstep " + verb + " "))
                .findFirst()
                .orElseThrow()
                .substring("./lockstep ".length())
                .replace(README_DIRECTORY, runtimeDirectory().toString())
                .replace("engines/programs/", "");
    }

    private Path runtimeDirectory() {
        return home.resolve("pair");
    }

    private List<Path> sockets() throws IOException {
        try (var files = Files.list(runtimeDirectory())) {
            return files.filter(file -> file.toString().endsWith(".sock")).toList();
        }
    }

    private void awaitSocket() {
        await().atMost(SECONDS)
                .until(() -> Files.exists(runtimeDirectory().resolve("control.sock")));
    }

    private Lockstep.Started start(String words) throws IOException {
        Lockstep.Started command =
                new Lockstep(home).start(Words.split(words).toArray(String[]::new));
        started.add(command);
        return command;
    }

    /** Starts an engine of a short run, or of a long one of {@code compute} and its argument. */
    private Lockstep.Started startEngine(String engine, String role, String run, String... rounds)
            throws IOException {
        return start(
                "engine %s --connect %s/engine.sock --run %s --role %s %s"
                        .formatted(
                                engine,
                                runtimeDirectory(),
                                run,
                                role,
                                rounds.length == 0 ? "bin/hello" : "bin/compute " + rounds[0]));
    }

    private Lockstep.Started startJsonWatcher(long position) throws IOException {
        return start(
                "watch --format json --runtime-dir %s --from %d"
                        .formatted(runtimeDirectory(), position));
    }

    private Lockstep.Ended watch(String... options) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("watch", "--runtime-dir", runtimeDirectory().toString()));
        words.addAll(List.of(options));
        return new Lockstep(home).run(words.toArray(String[]::new));
    }

    /** Returns the lines that a watcher, perhaps killed, has written whole. */
    private static List<String> completeLines(Lockstep.Started watcher) throws IOException {
        String out = watcher.out();
        return out.substring(0, out.lastIndexOf('\n') + 1).lines().toList();
    }

    private static boolean isEnd(String line) {
        return line.contains("\"kind\":\"ended\"");
    }

    private static long position(String line) {
        String start = "{\"position\":";
        assertThat(line).startsWith(start).contains("\"dropped\":0,");
        return Long.parseLong(line.substring(start.length(), line.indexOf(',')));
    }
}
