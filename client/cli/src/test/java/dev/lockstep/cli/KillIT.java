package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Processes that are killed in mid-run. */
final class KillIT {
    private static final int INCOMPLETE = 5;
    private static final Duration SECONDS = Duration.ofSeconds(8);

    @TempDir private Path home;

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    void aKilledEngineLeavesAnIncompleteRunInTheLog(String engine) throws Exception {
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Started run = lockstep.startLong("run", "bin/compute", "5000");
        run.engine(engine).destroyForcibly();

        Lockstep.Ended ended = run.await(SECONDS).hasExitCode(INCOMPLETE);
        assertThat(ended.err()).contains("INCOMPLETE", "\"" + engine + "\" vanished", "signal 9");
        assertThat(lockstep.run("runs", "show", "1").hasExitCode(0).out())
                .contains("INCOMPLETE", "\"" + engine + "\" vanished")
                .doesNotContain("compared   nothing");
        assertNothingIsLeft(lockstep);
    }

    @Test
    void aTerminatedRunEndsWithAVerdict() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Started run = lockstep.startLong("run", "bin/compute", "5000");
        run.process().destroy();

        Lockstep.Ended ended = run.await(SECONDS).hasExitCode(INCOMPLETE);
        assertThat(ended.err()).contains("INCOMPLETE", "stopped by SIGTERM");
        assertNothingIsLeft(lockstep);
    }

    @Test
    void aKilledRunLeavesNoEngineAndIsListedAsIncomplete() throws Exception {
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Started run = lockstep.startLong("run", "bin/compute", "5000");
        List<ProcessHandle> engines = List.of(run.engine("interp"), run.engine("recomp"));
        run.process().destroyForcibly().waitFor();

        await().atMost(SECONDS).until(() -> engines.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(lockstep.run("runs", "list").hasExitCode(0).out()).contains("INCOMPLETE");
        assertNothingIsLeft(lockstep);
    }

    private static void assertNothingIsLeft(Lockstep lockstep) throws Exception {
        assertThat(lockstep.leftovers()).isEmpty();
        try (Stream<ProcessHandle> children = ProcessHandle.current().descendants()) {
            assertThat(children).isEmpty();
        }
    }
}
