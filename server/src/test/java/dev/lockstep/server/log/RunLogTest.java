package dev.lockstep.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.ExitReason;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.sqlite.Database;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

class RunLogTest {
    private static final RunSpec SPEC = spec("r1");
    static final Divergence DIVERGENCE =
            new Divergence(
                    "recomp",
                    7,
                    0xFFFF_FFFF_8000_0000L,
                    "digest",
                    "0x1",
                    "0x2",
                    null,
                    3,
                    2,
                    Evidence.newBuilder().setText("what was found out").build());
    private static final Compared COMPARED = new Compared(1, 2, 3, 4, 5, 6, 7);
    static final RunReport REPORT =
            new RunReport(
                    Verdict.DIVERGED,
                    "r1",
                    Profile.QEMU,
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
                                    new EngineReport.Exit(ExitReason.EXITED, 3),
                                    Verdict.DIVERGED,
                                    55L,
                                    66L,
                                    77L),
                            new EngineReport(
                                    "recomp",
                                    Role.SUBJECT,
                                    false,
                                    0,
                                    0,
                                    null,
                                    null,
                                    null,
                                    null,
                                    null)),
                    List.of(DIVERGENCE),
                    List.of(new RuleUse("cycles", "differs by nature", 3)));

    @TempDir Path directory;

    @Test
    void aReportIsReadAsItWasWritten() {
        try (RunLog log = open()) {
            LoggedRun run = log.run(SPEC);
            var _ = run.created();
            var _ = run.diverged(DIVERGENCE);
            assertThat(run.ended(REPORT).join()).isSameAs(REPORT);
        }
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.list(Long.MAX_VALUE, 10))
                    .singleElement()
                    .satisfies(run -> {
                        assertThat(store.report(run.id())).contains(REPORT);
                        assertThat(run.verdict()).isEqualTo(Verdict.DIVERGED);
                        assertThat(run.exitCode()).hasValue(2);
                        assertThat(run.created()).isEqualTo(Instant.EPOCH);
                        assertThat(run.command()).isEqualTo("lockstep run hello");
                        assertThat(run.ownerProcessId()).isEqualTo(ProcessHandle.current().pid());
                    });
        }
    }

    @Test
    void inputsAreReadAsTheyWereWritten() {
        InputRecord inputs = InputRecord.parse(new byte[] {0x10, 0x2A});
        try (RunLog log = open()) {
            LoggedRun run = log.run(SPEC);
            var _ = run.created();
            run.recorded(inputs).join();
            run.ended(REPORT).join();
        }
        try (RunStore store = RunStore.open(directory, path -> {})) {
            assertThat(store.inputs(1)).map(InputRecord::toBytes).contains(inputs.toBytes());
            assertThat(store.inputs(1)).map(InputRecord::leftOutStep).contains(OptionalLong.of(42));
            assertThat(store.inputs(2)).isEmpty();
        }
    }

    @Test
    void aReportIsAnnouncedAfterItIsCommitted() {
        try (RunLog log = open();
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            var _ = run.created();
            run.ended(REPORT).join();

            assertThat(store.report(1)).isPresent();
        }
    }

    @Test
    void aRunInProgressShowsHowFarItIs() {
        try (RunLog log = open();
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            var _ = run.created();
            var _ = run.diverged(DIVERGENCE);
            run.progressed(new Progress(345, COMPARED, List.of()));
            await().until(() ->
                    store.find("r1").map(StoredRun::elapsedMs).equals(Optional.of(345L)));
            assertThat(store.find("r1").map(StoredRun::compared)).contains(COMPARED);
            assertThat(store.report(1)).isEmpty();
            assertThat(store.divergences(1)).containsExactly(DIVERGENCE);
            run.ended(REPORT).join();
        }
    }

    @Test
    void aReportOutlivesProgressThatCouldNotBeWritten() {
        try (RunLog log = open();
                Database other = LogSchema.open(directory);
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            var _ = run.created();
            await().until(() -> store.find("r1").isPresent());
            other.execute(
                    """
                    CREATE TRIGGER refuse BEFORE UPDATE ON runs WHEN NEW.steps = 77
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """);
            run.progressed(new Progress(0, new Compared(77, 0, 0, 0, 0, 0, 0), List.of()));

            assertThat(run.ended(REPORT).join()).isSameAs(REPORT);
            assertThat(store.report(1)).isPresent();
        }
    }

    @Test
    void whatTheDiskRefusedIsWrittenWithTheNextWrite() {
        try (RunLog log = open();
                Database other = LogSchema.open(directory);
                RunStore store = RunStore.open(directory, path -> {})) {
            LoggedRun run = log.run(SPEC);
            run.created().join();
            other.execute(
                    """
                    CREATE TRIGGER refuse BEFORE INSERT ON divergences
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """);
            CompletableFuture<Void> found = run.diverged(DIVERGENCE);
            assertThat(run.concluded(REPORT)).failsWithin(Duration.ofSeconds(10));
            assertThat(store.divergences(1)).isEmpty();
            assertThat(found).isNotDone();

            other.execute("DROP TRIGGER refuse");
            run.ended(REPORT).join();
            assertThat(store.report(1)).contains(REPORT);
            assertThat(found).isCompleted();
        }
    }

    @Test
    void aDiskThatTakesNothingHoldsTheRunUpUntilItDoes() {
        try (RunLog log = open();
                Database other = LogSchema.open(directory)) {
            LoggedRun run = log.run(SPEC);
            run.created().join();
            other.execute("BEGIN IMMEDIATE");
            List<CompletableFuture<Void>> written = new ArrayList<>();
            while (run.keepsUp()) {
                written.add(run.diverged(DIVERGENCE));
            }
            assertThat(written).hasSize(Backlog.LIMIT);

            other.execute("COMMIT");
            written.getLast().join();
            assertThat(run.keepsUp()).isTrue();
        }
    }

    @Test
    void readersNeitherWaitForWritesNorHoldThemUp() {
        try (RunLog log = open();
                Database other = LogSchema.open(directory)) {
            LoggedRun run = log.run(SPEC);
            run.created().join();
            run.diverged(DIVERGENCE).join();
            other.execute("BEGIN IMMEDIATE");
            var waiting = run.diverged(DIVERGENCE);
            for (int i = 0; i < 2 * Backlog.LIMIT; i++) {
                assertThat(run.divergences(1, 10).join()).containsExactly(DIVERGENCE);
            }
            assertThat(run.keepsUp()).isTrue();
            assertThat(waiting).isNotDone();

            other.execute("COMMIT");
            waiting.join();
        }
    }

    @Test
    void aReadThatFailsIsNotTriedAgain() {
        try (RunLog log = open();
                Database other = LogSchema.open(directory)) {
            LoggedRun run = log.run(SPEC);
            run.created().join();
            other.execute("ALTER TABLE divergences RENAME TO gone");
            for (int i = 0; i < 2 * Backlog.LIMIT; i++) {
                assertThat(run.divergences(1, 10)).failsWithin(Duration.ofSeconds(10));
            }
            assertThat(run.keepsUp()).isTrue();

            other.execute("ALTER TABLE gone RENAME TO divergences");
            assertThat(run.divergences(1, 10).join()).isEmpty();
        }
    }

    @Test
    void runsAreFoundByIdAndTheNewestByName() {
        try (RunLog log = open();
                RunStore store = RunStore.open(directory, path -> {})) {
            for (int i = 0; i < 3; i++) {
                LoggedRun run = log.run(SPEC);
                var _ = run.created();
                run.ended(REPORT).join();
            }
            assertThat(store.list(Long.MAX_VALUE, 2))
                    .extracting(StoredRun::id)
                    .containsExactly(3L, 2L);
            assertThat(store.list(2, 2)).extracting(StoredRun::id).containsExactly(1L);
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

    static RunSpec spec(String name) {
        List<EngineSpec> engines =
                List.of(
                        new EngineSpec("interp", Role.REFERENCE),
                        new EngineSpec("recomp", Role.SUBJECT));
        return RunSpec.builder(name, engines, "lockstep run hello").profile(Profile.QEMU).build();
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
