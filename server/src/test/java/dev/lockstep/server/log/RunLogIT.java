package dev.lockstep.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Several processes and one store. */
class RunLogIT {
    private static final Compared FOUND = new Compared(40, 4, 0, 4, 0, 0, 1);

    private static final Progress.EngineSteps SUBJECT_AT_40 =
            new Progress.EngineSteps("recomp", Role.SUBJECT, 40, 4, null);

    private static final String CONCLUDED = "concluded";
    private static final String NO_RUN = "";

    @TempDir Path directory;

    /** A coordinator that finds something and then waits to be killed. */
    static final class Owner {
        public static void main(String[] arguments) throws IOException {
            Path state = Path.of(arguments[0]);
            try (RunLog log =
                    RunLog.open(state, state.resolve("run"), InstantSource.system(), path -> {})) {
                if (!arguments[1].equals(NO_RUN)) {
                    find(log, arguments[1]);
                }
                System.out.println("ready");
                System.in.read();
            }
        }

        private static void find(RunLog log, String name) {
            LoggedRun run = log.run(RunLogTest.spec(name));
            run.created().join();
            run.progressed(new Progress(1500, FOUND, List.of(SUBJECT_AT_40)));
            run.diverged(RunLogTest.DIVERGENCE).join();
            run.settled().join(); // The progress is written after all that waited with it.
            if (name.equals(CONCLUDED)) {
                run.concluded(RunLogTest.REPORT).join();
            }
        }
    }

    /** A coordinator of many short runs, who lists all runs of all processes in between. */
    static final class Busy {
        static final int RUNS = 10;
        static final int DIVERGENCES = 50;

        public static void main(String[] arguments) {
            Path state = Path.of(arguments[0]);
            try (RunLog log =
                            RunLog.open(
                                    state,
                                    state.resolve(arguments[1]),
                                    InstantSource.system(),
                                    path -> {});
                    RunStore store = RunStore.open(state, path -> {})) {
                for (int i = 0; i < RUNS; i++) {
                    LoggedRun run = log.run(RunLogTest.spec(arguments[1] + "-" + i));
                    run.created().join();
                    for (int k = 0; k < DIVERGENCES; k++) {
                        var _ = run.diverged(RunLogTest.DIVERGENCE);
                    }
                    run.ended(RunLogTest.REPORT).join();
                    store.list(Long.MAX_VALUE, 100);
                }
            }
            System.out.println("ready");
        }
    }

    /** A coordinator that writes divergences until it no longer can, and says how many it could. */
    static final class Greedy {
        public static void main(String[] arguments) {
            Path state = Path.of(arguments[0]);
            RunLog log =
                    RunLog.open(state, state.resolve("run"), InstantSource.system(), path -> {});
            LoggedRun run = log.run(RunLogTest.spec(arguments[1]));
            run.created().join();
            int acknowledged = 0;
            try {
                while (true) {
                    // A divergence that is refused waits; that all is committed is told either way.
                    var _ = run.diverged(RunLogTest.DIVERGENCE);
                    run.settled().join();
                    acknowledged++;
                }
            } catch (CompletionException e) {
                System.out.println("after " + acknowledged + " " + e.getMessage());
                Runtime.getRuntime().halt(0); // Closing would write what the disk refused.
            }
        }
    }

    @Test
    void aRunWhoseOwnerWasKilledIsIncompleteAndKeepsWhatWasFound() throws Exception {
        Process owner = startOwner("r1");
        List<Path> vanished = new ArrayList<>();
        try (RunStore store = RunStore.open(directory, vanished::add)) {
            assertThat(store.report(1)).isEmpty();
        }
        assertThat(vanished).isEmpty();

        kill(owner);
        try (RunStore store = RunStore.open(directory, vanished::add)) {
            RunReport report = store.report(1).orElseThrow();
            assertThat(report.verdict()).isEqualTo(Verdict.INCOMPLETE);
            assertThat(report.compared()).isEqualTo(FOUND);
            assertThat(report.elapsedMs()).isEqualTo(1500);
            assertThat(report.engines())
                    .filteredOn(engine -> engine.role() == Role.SUBJECT)
                    .extracting(EngineReport::steps, EngineReport::blocks)
                    .containsExactly(tuple(40L, 4L));
            assertThat(report.divergences()).containsExactly(RunLogTest.DIVERGENCE);
            assertThat(report.notes())
                    .containsExactly("the coordinator vanished (process " + owner.pid() + ")");
        }
        assertThat(vanished).containsExactly(directory.resolve("run"));
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void aVerdictThatMayBeKnownStandsWithoutItsReport() throws Exception {
        kill(startOwner(CONCLUDED));
        try (RunStore store = RunStore.open(directory, path -> {})) {
            RunReport report = store.report(1).orElseThrow();
            assertThat(report.verdict()).isEqualTo(Verdict.DIVERGED);
            assertThat(report.compared()).isEqualTo(RunLogTest.REPORT.compared());
        }
    }

    @Test
    void anOwnerThatWasKilledBeforeItsFirstRunLeavesNoLock() throws Exception {
        kill(startOwner(NO_RUN));
        assertThat(directory.resolve("locks")).isNotEmptyDirectory();

        RunStore.open(directory, path -> {}).close();
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void coordinatorsThatStartAtOnceShareTheStore() throws Exception {
        List<Process> owners = List.of(startOwnerUnawaited("r1"), startOwnerUnawaited("r2"));
        for (Process owner : owners) {
            awaitReady(owner);
        }
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.list(Long.MAX_VALUE, 9))
                    .hasSize(2)
                    .allMatch(run -> run.verdict() == null);
        }
        kill(owners.get(0));
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.list(Long.MAX_VALUE, 9))
                    .filteredOn(run -> run.verdict() == null)
                    .hasSize(1);
        }
        kill(owners.get(1));
    }

    @Test
    void eightProcessesWriteAndListAtOnce() throws Exception {
        List<Process> crowd = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            crowd.add(start(List.of(), Busy.class, "busy-" + i));
        }
        for (Process busy : crowd) {
            awaitReady(busy);
            assertThat(busy.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        try (RunStore store = RunStore.open(directory, path -> {})) {
            List<StoredRun> runs = store.list(Long.MAX_VALUE, 1000);
            assertThat(runs).hasSize(8 * Busy.RUNS);
            assertThat(runs).allMatch(run -> run.verdict() == Verdict.DIVERGED);
            assertThat(runs)
                    .allMatch(run -> store.divergences(run.id()).size() == Busy.DIVERGENCES);
        }
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void aFileThatMayNotGrowLosesNothingThatWasAcknowledged() throws Exception {
        RunStore.open(directory, path -> {}).close();
        List<String> limited = List.of("bash", "-c", "ulimit -f 1200 && exec \"$@\"", "bash");
        Process owner = start(limited, Greedy.class, "r1");
        String said = owner.inputReader().readLine();
        assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();

        assertThat(said).startsWith("after ").contains(directory.resolve("lockstep.db").toString());
        int acknowledged = Integer.parseInt(said.split(" ")[1]);
        assertThat(acknowledged).isPositive();
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.report(1).orElseThrow().verdict()).isEqualTo(Verdict.INCOMPLETE);
            assertThat(store.divergences(1)).hasSize(acknowledged);
        }
    }

    private Process startOwner(String run) throws IOException {
        Process owner = startOwnerUnawaited(run);
        awaitReady(owner);
        return owner;
    }

    private Process startOwnerUnawaited(String run) throws IOException {
        return start(List.of(), Owner.class, run);
    }

    /** Starts a main class of this test on the same store, by way of another command or none. */
    private Process start(List<String> by, Class<?> main, String run) throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        // Who is killed leaves SQLite's library there.
                        "-Dorg.sqlite.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        directory.toString(),
                        run));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void awaitReady(Process owner) throws IOException {
        BufferedReader output = owner.inputReader();
        assertThat(output.readLine()).isEqualTo("ready");
    }

    private static void kill(Process owner) throws InterruptedException {
        owner.destroyForcibly();
        assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
}
