package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.transport.PrivateDirectory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The coordinator as its engines see it: over a real socket, frame by frame. */
@Timeout(60)
class LockstepServerIT {
    private static final Duration SHORT = Duration.ofMillis(600);

    @TempDir Path directory;
    private LockstepServer server;

    @BeforeEach
    void start() {
        server = LockstepServer.start(config());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void twoEqualEnginesMatch() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        long blocks = 1_000_000;
        CompletableFuture<Void> reference = play("interp", "r1", blocks, 4096);
        CompletableFuture<Void> subject = play("recomp", "r1", blocks, 1000);

        RunReport report = run.report().get();
        reference.get();
        subject.get();
        assertThat(report.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report.compared().blocks()).isEqualTo(blocks);
        assertThat(report.compared().steps()).isEqualTo(blocks * RawEngine.BLOCK_STEPS);
        assertThat(report.engines()).extracting(EngineReport::blocks).containsOnly(blocks);
        assertThat(stored("r1")).isEqualTo(report);
    }

    @Test
    void progressIsToldWhileEnginesRun() throws Exception {
        CompletableFuture<Progress> agreed = new CompletableFuture<>();
        RunHandle run =
                server.createRun(
                        spec("r1", Duration.ofSeconds(10)),
                        new RunListener() {
                            @Override
                            public void progressed(Progress progress) {
                                if (progress.compared().steps() > 0) {
                                    agreed.complete(progress);
                                }
                            }
                        });
        try (RawEngine reference = join("interp");
                RawEngine subject = join("recomp")) {
            reference.sendBlocksOnceWelcome(10);
            subject.sendBlocksOnceWelcome(4);
            assertThat(agreed.get().compared().steps()).isEqualTo(20);
            assertThat(agreed.get().engines())
                    .extracting(Progress.EngineSteps::steps)
                    .containsExactly(50L, 20L);
            run.abandon("enough");
            reference.leave();
            subject.leave();
        }
        assertThat(run.report().get().compared().steps()).isEqualTo(20);
    }

    @Test
    void severalRunsGoOnAtOnce() throws Exception {
        List<RunHandle> runs = new ArrayList<>();
        List<CompletableFuture<Void>> engines = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "run-" + i;
            runs.add(server.createRun(spec(name, Duration.ofSeconds(10)), new RunListener() {}));
            engines.add(play("interp", name, 20_000, 500));
            engines.add(play("recomp", name, 20_000, 300));
        }
        for (RunHandle run : runs) {
            assertThat(run.report().get().verdict()).isEqualTo(Verdict.MATCH);
        }
        CompletableFuture.allOf(engines.toArray(CompletableFuture[]::new)).get();
    }

    @Test
    void aDifferenceIsToldBeforeTheReport() throws Exception {
        List<Divergence> told = new CopyOnWriteArrayList<>();
        RunHandle run =
                server.createRun(
                        spec("r1", Duration.ofSeconds(10)),
                        new RunListener() {
                            @Override
                            public void diverged(Divergence divergence) {
                                told.add(divergence);
                            }
                        });
        try (RawEngine reference = join("interp");
                RawEngine subject = join("recomp")) {
            reference.sendBlocksOnceWelcome(10);
            subject.sendBlocksOnceWelcome(9);
            subject.sendBatch(1, 8);
            reference.leave();
            subject.leave();
        }
        RunReport report = run.report().get();
        assertThat(report.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report.divergences()).isEqualTo(told);
        assertThat(told)
                .singleElement()
                .extracting(Divergence::step, Divergence::field)
                .containsExactly(45L, "digest");
        assertThat(stored("r1")).isEqualTo(report);
    }

    @Test
    void anEngineThatIsCutOffIsNamed() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        try (RawEngine reference = join("interp");
                RawEngine subject = join("recomp")) {
            subject.awaitWelcome();
            subject.cutOff();
            reference.leave();
        }
        RunReport report = run.report().get();
        assertThat(report.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.notes())
                .containsExactly(
                        "engine \"recomp\" vanished: it closed the connection without Goodbye");
    }

    @Test
    void anEngineThatIsCutOffWhileItsPastIsLookedAtLeavesItsDivergence() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        try (RawEngine reference = examining("interp");
                RawEngine subject = examining("recomp")) {
            reference.sendBlocksOnceWelcome(10);
            subject.sendBlocksOnceWelcome(9);
            subject.sendBatch(1, 8);
            assertThat(subject.awaitExamine().getUntilStep()).isPositive();
            subject.cutOff();
            reference.leave();
        }
        RunReport report = run.report().get();
        assertThat(report.verdict()).isEqualTo(Verdict.DIVERGED);
        Divergence divergence = report.divergences().getFirst();
        assertThat(divergence.field()).isEqualTo("digest");
        assertThat(Objects.requireNonNull(divergence.evidence()).getText())
                .contains("engine \"recomp\" is gone");
        assertThat(stored("r1")).isEqualTo(report);
    }

    private RawEngine examining(String name) throws IOException {
        RawEngine engine = RawEngine.connect(server.engineSocket(), name);
        engine.examines = true;
        engine.hello("r1");
        return engine;
    }

    @Test
    void anEngineThatSendsAFrameOfFourGibibytesIsThrownOut() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        try (RawEngine reference = join("interp");
                RawEngine subject = join("recomp")) {
            subject.awaitWelcome();
            subject.sendBytes(ByteBuffer.allocate(64).putInt(-1).rewind());
            assertThat(subject.receive().getError().getCode())
                    .isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
            reference.leave();
        }
        assertThat(run.report().get().notes())
                .containsExactly(
                        "engine \"recomp\" broke the protocol: frame length: 4294967295 bytes"
                                + " (expected: at most 16777216)");
    }

    @Test
    void enginesThatNeverComeOrFallSilentEndTheRun() throws Exception {
        RunHandle lonely = server.createRun(spec("lonely", SHORT), new RunListener() {});
        assertThat(lonely.report().get().notes())
                .containsExactly(
                        "engine \"interp\", engine \"recomp\" did not connect within 600 ms");

        RunHandle silent = server.createRun(spec("r1", SHORT), new RunListener() {});
        try (RawEngine reference = join("interp");
                RawEngine subject = join("recomp")) {
            reference.leave();
            subject.leave();
        }
        assertThat(silent.report().get().notes())
                .containsExactly(
                        "engine \"interp\" owes a frame and has been silent for 600 ms, after"
                                + " step 0");
    }

    @Test
    void anAbandonedRunSaysWhy() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        run.abandon("interrupted");

        RunReport report = run.report().get();
        assertThat(report.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.notes()).containsExactly("interrupted");
    }

    @Test
    void aDivergenceThatTheLogRefusesIsToldWithTheVerdictOnly() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        RunHandle run =
                server.createRun(
                        spec("r1", Duration.ofSeconds(10)),
                        new RunListener() {
                            @Override
                            public void diverged(Divergence divergence) {
                                told.add("diverged");
                            }

                            @Override
                            public void ended(RunReport report) {
                                told.add("ended");
                            }
                        });
        changeDatabase(
                "CREATE TRIGGER refuse BEFORE INSERT ON divergences"
                        + " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        try (RawEngine reference = join("interp");
                RawEngine subject = join("recomp")) {
            reference.sendBlocksOnceWelcome(1);
            subject.awaitWelcome();
            subject.sendBatch(1, 8);
            reference.leave();
            assertThat(told).isEmpty();
            subject.leave();
        }
        RunReport report = run.report().get();
        assertThat(report.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report.notes()).anyMatch(note -> note.startsWith("not logged: "));
        assertThat(told).containsExactly("diverged", "ended");
    }

    @Test
    void aVerdictIsToldAlsoWhenTheLogCannotTakeIt() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        Path database = changeDatabase("DROP TABLE engines");
        run.abandon("enough");

        RunReport report = run.report().get();
        assertThat(report.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.notes())
                .contains("enough")
                .anySatisfy(note ->
                        assertThat(note).startsWith("not logged: ").contains(database.toString()));
    }

    @Test
    void closingAbandonsWhatIsInProgressAndRemovesTheSocket() throws Exception {
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        Path socket = server.engineSocket();
        server.close();

        assertThat(run.report().get().notes()).containsExactly("the coordinator was closed");
        assertThat(socket).doesNotExist();
        assertThat(stored("r1").verdict()).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void theSocketIsTheOwnersAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(server.engineSocket()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(config().runtimeDirectory()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aSecondCoordinatorInOneDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LockstepServer.start(config()))
                .withMessageContaining("another coordinator listens at");
        RunHandle run = server.createRun(spec("r1", Duration.ofSeconds(10)), new RunListener() {});
        join("interp").close();
        assertThat(run.report().get().notes()).anyMatch(note -> note.contains("vanished"));
    }

    @Test
    void aStaleSocketIsReplacedAndAnotherFileIsNot() throws IOException {
        Path stale = directory.resolve("stale");
        Files.createDirectory(stale, PrivateDirectory.MODE);
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale.resolve("engine.sock")));
        }
        LockstepServer.start(new ServerConfig(stale, directory.resolve("state"))).close();

        Path file = Files.writeString(Files.createDirectories(stale).resolve("engine.sock"), "x");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        LockstepServer.start(new ServerConfig(stale, directory.resolve("state"))))
                .withMessageContaining("is no socket");
        assertThat(file).hasContent("x");
    }

    @Test
    void aPathThatIsTooLongForASocketIsNamedBeforeAnythingIsCreated() {
        Path deep = directory.resolve("x".repeat(100));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        LockstepServer.start(new ServerConfig(deep, directory.resolve("state"))))
                .withMessageContaining("expected: at most 107");
        assertThat(deep).doesNotExist();
    }

    private Path changeDatabase(String statement) throws SQLException {
        Path database = config().stateDirectory().resolve("lockstep.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement change = connection.createStatement()) {
            change.executeUpdate("PRAGMA busy_timeout = 5000; " + statement);
        }
        return database;
    }

    private ServerConfig config() {
        return new ServerConfig(directory.resolve("run"), directory.resolve("state"));
    }

    private static RunSpec spec(String name, Duration timeout) {
        List<EngineSpec> engines =
                List.of(
                        new EngineSpec("interp", Role.REFERENCE),
                        new EngineSpec("recomp", Role.SUBJECT));
        return RunSpec.builder(name, engines, "test")
                .connectTimeout(timeout)
                .idleTimeout(timeout)
                .build();
    }

    private RunReport stored(String name) {
        try (RunStore store = LockstepServer.openStore(config().stateDirectory())) {
            return store.report(store.find(name).orElseThrow().id()).orElseThrow();
        }
    }

    private RawEngine join(String engine) throws IOException {
        RawEngine raw = RawEngine.connect(server.engineSocket(), engine);
        raw.hello("r1");
        return raw;
    }

    private CompletableFuture<Void> play(String engine, String run, long blocks, int perBatch) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (RawEngine raw = RawEngine.connect(server.engineSocket(), engine)) {
                        raw.hello(run);
                        raw.awaitWelcome();
                        raw.sendBlocks(blocks, perBatch);
                        raw.end();
                        raw.leave();
                        done.complete(null);
                    } catch (IOException e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }
}
