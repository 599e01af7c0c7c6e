package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.log.RunLog;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunOpener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.RunStatus.Stage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

class KnownRunTest {
    private static final RunSpec SPEC =
            RunSpec.of(
                    "r1",
                    List.of(EngineSpec.open(Role.REFERENCE), EngineSpec.open(Role.SUBJECT)),
                    "test");

    private final RunRegistry registry = new RunRegistry(() -> 0, RunOpener.NEVER);
    @TempDir Path directory;

    @Test
    void aRunThatNeverStartsIsAssemblingUntilItEnds() {
        try (RunLog log = RunLog.open(directory, directory, InstantSource.system(), path -> {})) {
            KnownRun run = new KnownRun(SPEC, Instant.EPOCH, log.run(SPEC), registry);
            registry.create(
                    SPEC,
                    new RunListener() {
                        @Override
                        public void ended(RunReport report) {
                            run.conclude(report);
                            assertThat(run.status().stage()).isEqualTo(Stage.ASSEMBLING);
                            run.end(report);
                        }
                    });
            assertThat(run.status().stage()).isEqualTo(Stage.ASSEMBLING);
            registry.abandonAll("enough");
            assertThat(run.status().stage()).isEqualTo(Stage.ENDED);
        }
    }
}
