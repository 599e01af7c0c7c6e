package dev.lockstep.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Progress;
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
import java.util.concurrent.TimeUnit;

/** Several processes and one store. */
class RunLogIT {
    private static final Compared FOUND = new Compared(40, 4, 0, 4, 0, 0, 1);

    @TempDir Path directory;

    /** A coordinator that finds something and then waits to be killed. */
    static final class Owner {
        public static void main(String[] arguments) throws IOException {
            Path state = Path.of(arguments[0]);
            try (RunLog log =
                    RunLog.open(state, state.resolve("run"), InstantSource.system(), path -> {})) {
                LoggedRun run = log.run(RunLogTest.spec(arguments[1]));
                run.created();
                run.diverged(RunLogTest.DIVERGENCE);
                try (RunStore store = RunStore.open(state, path -> {})) {
                    while (store.find(arguments[1])
                            .filter(stored -> stored.compared().equals(FOUND))
                            .isEmpty()) {
                        run.progressed(new Progress(FOUND, List.of()));
                        Thread.onSpinWait();
                    }
                }
                System.out.println("ready");
                System.in.read();
            }
        }
    }

    @Test
    void aRunWhoseOwnerWasKilledIsIncompleteAndKeepsWhatWasFound() throws Exception {
        Process owner = startOwner("r1");
        List<Path> vanished = new ArrayList<>();
        try (RunStore store = RunStore.open(directory, vanished::add)) {
            assertThat(store.find("r1").orElseThrow().report()).isEmpty();
        }
        assertThat(vanished).isEmpty();

        kill(owner);
        try (RunStore store = RunStore.open(directory, vanished::add)) {
            RunReport report = store.find("r1").orElseThrow().report().orElseThrow();
            assertThat(report.verdict()).isEqualTo(Verdict.INCOMPLETE);
            assertThat(report.compared()).isEqualTo(FOUND);
            assertThat(report.divergences()).containsExactly(RunLogTest.DIVERGENCE);
            assertThat(report.notes())
                    .containsExactly("the coordinator vanished (process " + owner.pid() + ")");
        }
        assertThat(vanished).containsExactly(directory.resolve("run"));
        assertThat(directory.resolve("locks")).isEmptyDirectory();
    }

    @Test
    void coordinatorsThatStartAtOnceShareTheStore() throws Exception {
        List<Process> owners = List.of(startOwnerUnawaited("r1"), startOwnerUnawaited("r2"));
        for (Process owner : owners) {
            awaitReady(owner);
        }
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.list()).hasSize(2).allMatch(run -> run.report().isEmpty());
        }
        kill(owners.get(0));
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.list()).filteredOn(run -> run.report().isEmpty()).hasSize(1);
        }
        kill(owners.get(1));
    }

    private Process startOwner(String run) throws IOException {
        Process owner = startOwnerUnawaited(run);
        awaitReady(owner);
        return owner;
    }

    private Process startOwnerUnawaited(String run) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        directory.toString(),
                        run)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
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
