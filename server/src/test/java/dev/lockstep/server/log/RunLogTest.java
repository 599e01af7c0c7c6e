package dev.lockstep.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

class RunLogTest {
    private static final RunSpec SPEC = spec("r1");
    static final Divergence DIVERGENCE =
            new Divergence(
                    "recomp", 7, 0xFFFF_FFFF_8000_0000L, "digest", "0x1", "0x2", null, 3L, 2);
    private static final Compared COMPARED = new Compared(1, 2, 3, 4, 5, 6, 7);
    private static final RunReport REPORT =
            new RunReport(
                    Verdict.DIVERGED,
                    "r1",
                    Grain.BLOCK,
                    Strength.COMMIT,
                    1234,
                    "arguments differ",
                    List.of("first note", "second note"),
                    COMPARED,
                    List.of(
                            new EngineReport(
                                    "interp",
                                    Role.REFERENCE,
                                    true,
                                    10,
                                    4,
                                    new EngineReport.Exit("exited", 3),
                                    55L,
                                    66L),
                            new EngineReport(
                                    "recomp", Role.SUBJECT, false, 0, 0, null, null, null)),
                    List.of(DIVERGENCE));

    @TempDir Path directory;

    @Test
    void aReportIsReadAsItWasWritten() {
        try (RunLog log = open()) {
            LoggedRun run = log.run(SPEC);
            run.created();
            run.diverged(DIVERGENCE);
            assertThat(run.ended(REPORT).join()).isSameAs(REPORT);
        }
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.list())
                    .singleElement()
                    .satisfies(run -> {
                        assertThat(run.report()).contains(REPORT);
                        assertThat(run.created()).isEqualTo(Instant.EPOCH);
                        assertThat(run.command()).isEqualTo("lockstep run hello");
                        assertThat(run.ownerProcessId()).isEqualTo(ProcessHandle.current().pid());
                    });
        }
    }

    @Test
    void aReportIsAnnouncedAfterItIsCommitted() {
        try (RunLog log = open();
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            run.created();
            run.ended(REPORT).join();

            assertThat(store.find("r1").orElseThrow().report()).isPresent();
        }
    }

    @Test
    void aRunInProgressShowsHowFarItIs() {
        try (RunLog log = open();
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            run.created();
            run.diverged(DIVERGENCE);
            await().until(() -> {
                run.progressed(new Progress(COMPARED, List.of()));
                return store.find("r1")
                        .filter(found -> found.compared().equals(COMPARED))
                        .isPresent();
            });
            assertThat(store.find("r1").orElseThrow().report()).isEmpty();
            run.ended(REPORT).join();
        }
    }

    @Test
    void aReportOutlivesProgressThatCouldNotBeWritten() {
        try (RunLog log = open();
                Database other = Database.open(directory);
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            run.created();
            await().until(() -> store.find("r1").isPresent());
            other.execute(
                    """
                    CREATE TRIGGER refuse BEFORE UPDATE ON runs WHEN NEW.steps = 77
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """);
            run.progressed(new Progress(new Compared(77, 0, 0, 0, 0, 0, 0), List.of()));

            assertThat(run.ended(REPORT).join()).isSameAs(REPORT);
            assertThat(store.find("r1").orElseThrow().report()).isPresent();
        }
    }

    @Test
    void runsAreFoundByIdAndTheNewestByName() {
        try (RunLog log = open();
                RunStore store = RunStore.open(directory, path -> {})) {
            for (int i = 0; i < 3; i++) {
                LoggedRun run = log.run(SPEC);
                run.created();
                run.ended(REPORT).join();
            }
            assertThat(store.list()).extracting(StoredRun::id).containsExactly(3L, 2L, 1L);
            assertThat(store.find("r1").orElseThrow().id()).isEqualTo(3);
            assertThat(store.find("2").orElseThrow().id()).isEqualTo(2);
            assertThat(store.find("none")).isEmpty();
        }
    }

    @Test
    void theLockGoesWithItsOwner() throws IOException {
        try (RunLog _ = open()) {
            assertThat(locks()).hasSize(1);
        }
        assertThat(locks()).isEmpty();
    }

    @Test
    void aFileThatIsNoDatabaseIsLeftAloneAndNamed() throws IOException {
        Files.writeString(directory.resolve("lockstep.db"), "this is no database ".repeat(100));

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(this::open)
                .withMessageContaining(directory.resolve("lockstep.db").toString());
        assertThat(directory.resolve("lockstep.db")).content().startsWith("this is no database");
    }

    @Test
    void aDatabaseOfAnotherVersionIsRefused() {
        try (Database database = Database.open(directory)) {
            database.execute("PRAGMA user_version = 99");
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(this::open)
                .withMessageContaining("version 99 (expected: 1");
    }

    static RunSpec spec(String name) {
        return RunSpec.of(
                name,
                List.of(
                        new EngineSpec("interp", Role.REFERENCE),
                        new EngineSpec("recomp", Role.SUBJECT)),
                "lockstep run hello");
    }

    private RunLog open() {
        return RunLog.open(
                directory,
                directory.resolve("run"),
                InstantSource.fixed(Instant.EPOCH),
                path -> {});
    }

    private List<Path> locks() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("locks"))) {
            return files.toList();
        }
    }
}
