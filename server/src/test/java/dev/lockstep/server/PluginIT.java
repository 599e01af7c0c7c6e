package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.transport.Arrival;
import dev.lockstep.server.transport.PluginListener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;

/** QEMU's lockstep plugin as the coordinator sees it: 16 bytes before each block. */
@Timeout(60)
class PluginIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long PC = 0x1000;
    private static final int BLOCK_STEPS = 5;
    private static final int BLOCKS = 20_000;

    private static final Arrival NOBODY = new Arrival() {};

    @TempDir Path directory;
    private LockstepServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() {
        server =
                LockstepServer.start(
                        new ServerConfig(directory.resolve("run"), directory.resolve("state")));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        server.close();
    }

    @Test
    void twoPluginsThatAreAloneInAStrictRunHearEachOther() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.STRICT, Profile.QEMU);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        RawPlugin subject = plugin(Role.SUBJECT, "b");
        var first = inBackground(() -> executeBlocks(reference, PC));
        executeBlocks(subject, PC);
        first.get();

        RunReport ended = report.get();
        assertThat(ended.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(ended.compared().blocks()).isEqualTo(BLOCKS - 1);
        assertThat(ended.engines()).extracting(EngineReport::exit).containsOnlyNulls();
        assertThat(ended.notes())
                .contains("how the guests of b and its reference ended was not compared");
        assertThat(reference.heard).hasSize(BLOCKS).isEqualTo(subject.heard);
    }

    @Test
    void eachOfTwoPluginsHearsWhereTheOtherWentElsewhere() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.STRICT, Profile.QEMU);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        RawPlugin subject = plugin(Role.SUBJECT, "b");
        var first =
                inBackground(() -> {
                    reference.execute(PC, 4);
                    reference.execute(PC + 16, 4);
                    reference.execute(PC + 32, 4);
                    reference.execute(PC + 48, 4);
                    return reference;
                });
        subject.execute(PC, 4);
        subject.execute(PC + 0x100, 4);
        subject.say(PC + 0x110, 8);
        assertThat(subject.heard).endsWith(List.of(PC + 16, 4L));

        Divergence found = report.get().divergences().getFirst();
        assertThat(found.field()).isEqualTo("pc");
        assertThat(List.of(found.reference(), found.subject())).containsExactly("0x1010", "0x1100");
        assertThatThrownBy(first::get).hasRootCauseInstanceOf(EOFException.class);
        assertThat(reference.heard).contains(List.of(PC + 0x100, 4L));
    }

    @Test
    void twoPluginsHearEachOtherInWhateverPiecesTheySpeak() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.STRICT, Profile.QEMU);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        RawPlugin subject = plugin(Role.SUBJECT, "b");
        for (int block = 0; block < 3; block++) {
            sendBytewise(reference, RawPlugin.message(PC, (long) block * BLOCK_STEPS));
            subject.execute(PC, BLOCK_STEPS);
            reference.hear();
        }
        reference.close();
        subject.close();

        assertThat(report.get().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(reference.heard).hasSize(3).isEqualTo(subject.heard);
    }

    @Test
    void theLastWordOfAPluginThatLeavesIsHeard() throws Exception {
        var _ = create(Grain.STRICT, Profile.QEMU);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        RawPlugin subject = plugin(Role.SUBJECT, "b");
        reference.say(PC, 0);
        subject.execute(PC, BLOCK_STEPS);
        reference.say(PC + 16, BLOCK_STEPS);
        reference.close();

        subject.hear();
        assertThat(subject.heard).endsWith(List.of(PC + 16, (long) BLOCK_STEPS));
        assertThatThrownBy(subject::hear).isInstanceOf(EOFException.class);
    }

    @Test
    void aPluginFarAheadOfTheOneItShouldWaitForIsThrownOut() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.STRICT, Profile.QEMU);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        plugin(Role.SUBJECT, "b");
        assertThatThrownBy(
                        () -> {
                            for (int block = 0; block < 1_000_000; block++) {
                                reference.say(PC, (long) block * BLOCK_STEPS);
                            }
                        })
                .isInstanceOf(IOException.class);

        assertThat(report.get().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.get().notes()).anyMatch(note -> note.contains("more than its peer's"));
    }

    @Test
    void besideAnotherEngineAPluginHearsItselfAndMaySplitBlocksElsewhere() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        try (RawEngine engine = RawEngine.connect(server.engineSocket(), "a")) {
            engine.introduction = PluginIT::knowItsPathAlone;
            engine.hello("r1", dev.lockstep.proto.v1.Role.ROLE_REFERENCE);
            RawPlugin plugin = plugin(Role.SUBJECT, "b");
            engine.sendBlocksOnceWelcome(7);
            plugin.execute(PC, 2 * BLOCK_STEPS);
            plugin.execute(PC, BLOCK_STEPS);
            plugin.execute(PC, 3 * BLOCK_STEPS);
            plugin.execute(PC, BLOCK_STEPS);
            plugin.close();
            engine.end();
            engine.leave();
        }
        RunReport ended = report.get();
        assertThat(ended.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(ended.compared().steps()).isEqualTo(6 * BLOCK_STEPS);
        assertThat(ended.notes()).anyMatch(note -> note.startsWith("pc only"));
    }

    @Test
    void whatComesInPiecesIsTheSame() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        RawPlugin subject = plugin(Role.SUBJECT, "b");
        for (int block = 0; block < 3; block++) {
            sendBytewise(reference, RawPlugin.message(PC, (long) block * BLOCK_STEPS));
            reference.hear();
            subject.execute(PC, BLOCK_STEPS);
        }
        reference.close();
        subject.close();
        assertThat(report.get().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report.get().compared().steps()).isEqualTo(2 * BLOCK_STEPS);
    }

    private static void sendBytewise(RawPlugin plugin, ByteBuffer message) throws IOException {
        while (message.hasRemaining()) {
            plugin.send(ByteBuffer.wrap(new byte[] {message.get()}));
        }
    }

    @Test
    void aPluginThatIsGoneWhileTheOtherGoesOnHasNotMatched() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        RawPlugin subject = plugin(Role.SUBJECT, "b");
        for (int block = 0; block < 2; block++) {
            reference.execute(PC, BLOCK_STEPS);
            subject.execute(PC, BLOCK_STEPS);
        }
        subject.close();
        reference.execute(PC, 1000);
        reference.execute(PC, BLOCK_STEPS);

        assertThat(report.get().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.get().notes())
                .anyMatch(note -> note.contains("the subject was gone in the block at step 5"));
    }

    @Test
    void aPluginThatIsGoneBeforeItsFirstBlockEndsTheRun() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        plugin(Role.REFERENCE, "a");
        plugin(Role.SUBJECT, "b").close();

        assertThat(report.get().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.get().notes())
                .anyMatch(note -> note.contains("closed the connection before its first block"));
    }

    @Test
    void howQemuEndedIsComparedWhereSomebodyKnows() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        RawPlugin reference = plugin(Role.REFERENCE, "a", ended(0));
        RawPlugin subject = plugin(Role.SUBJECT, "b", ended(3));
        for (int block = 0; block < 3; block++) {
            reference.execute(PC, BLOCK_STEPS);
            subject.execute(PC, BLOCK_STEPS);
        }
        reference.close();
        subject.close();

        assertThat(report.get().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report.get().divergences().getFirst().field()).isEqualTo("exit");
        assertThat(report.get().divergences().getFirst().subject()).startsWith("exited 3");
    }

    private static Arrival ended(int status) {
        return new Arrival() {
            @Override
            public CompletableFuture<Optional<Exit>> exit() {
                Exit.Builder exit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED);
                return CompletableFuture.completedFuture(
                        Optional.of(exit.setStatus(status).build()));
            }
        };
    }

    @Test
    void countsThatGoBackwardsEndTheRunAndNoOther() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        plugin(Role.SUBJECT, "b");
        reference.say(PC, 100);
        reference.hear();
        reference.say(PC, 50);

        assertThat(report.get().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report.get().notes()).anyMatch(note -> note.contains("insn_count 50 after 100"));
        assertThatThrownBy(reference::hear).isInstanceOf(IOException.class);
    }

    @Test
    void aPluginThatDoesNotWaitIsThrownOut() throws Exception {
        CompletableFuture<RunReport> report = create(Grain.BLOCK, Profile.DEFAULT);
        RawPlugin reference = plugin(Role.REFERENCE, "a");
        plugin(Role.SUBJECT, "b");
        assertThatThrownBy(
                        () -> {
                            for (int block = 0; block < 1_000_000; block++) {
                                reference.say(PC, block);
                            }
                        })
                .isInstanceOf(IOException.class);
        assertThat(report.get().notes()).anyMatch(note -> note.contains("records: "));
    }

    @Test
    void oneConnectionIsAllThatASocketTakes() throws Exception {
        var _ = create(Grain.BLOCK, Profile.DEFAULT);
        PluginListener listener = server.openPlugin("r1", Role.REFERENCE, "a", NOBODY);
        opened.add(new RawPlugin(listener.socket()));
        assertThatThrownBy(() -> new RawPlugin(listener.socket()).execute(PC, 1))
                .isInstanceOf(IOException.class);
        listener.close();
        assertThat(listener.socket()).doesNotExist();
        assertThat(Files.exists(server.engineSocket())).isTrue();
    }

    private static void knowItsPathAlone(Hello.Builder hello) {
        hello.addInputModes(InputMode.INPUT_MODE_OWN)
                .addStrengths(Strength.STRENGTH_PC)
                .clearAgreement()
                .addAgreement(PluginHello.of("r1", Role.SUBJECT, "a").getAgreement(0));
    }

    private CompletableFuture<RunReport> create(Grain grain, Profile profile) {
        List<EngineSpec> engines =
                List.of(new EngineSpec("a", Role.REFERENCE), new EngineSpec("b", Role.SUBJECT));
        RunSpec spec =
                RunSpec.builder("r1", engines, "test")
                        .grain(grain)
                        .profile(profile)
                        .connectTimeout(TIMEOUT)
                        .idleTimeout(TIMEOUT)
                        .build();
        return server.createRun(spec, new RunListener() {}).report();
    }

    private RawPlugin plugin(Role role, String name) throws IOException {
        return plugin(role, name, NOBODY);
    }

    private RawPlugin plugin(Role role, String name, Arrival arrival) throws IOException {
        PluginListener listener = server.openPlugin("r1", role, name, arrival);
        RawPlugin plugin = new RawPlugin(listener.socket());
        opened.add(plugin);
        opened.add(listener);
        return plugin;
    }

    private static RawPlugin executeBlocks(RawPlugin plugin, long pc) throws IOException {
        for (int block = 0; block < BLOCKS; block++) {
            plugin.execute(pc + 16L * (block % 64), BLOCK_STEPS);
        }
        plugin.close();
        return plugin;
    }

    private static FutureTask<RawPlugin> inBackground(Callable<RawPlugin> work) {
        FutureTask<RawPlugin> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }
}
