package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.sdk.CoordinatorAddress;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.RunHandle;
import dev.lockstep.server.ServerConfig;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Connections that break at any moment change nothing of what a run comes to. */
@Timeout(300)
final class ReconnectIT {
    private static final long PC = 0x1000;
    private static final int BLOCK_STEPS = 5;
    private static final int BLOCKS_BETWEEN_INPUTS = 40;

    @TempDir private Path directory;

    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());

    /** Small and large distances between breaks, many and few records on the way. */
    @ParameterizedTest
    @CsvSource({
        "BLOCK,20000,40,300",
        "BLOCK,20000,40,20000",
        "STRICT,3000,40,3000",
        "BLOCK,200000,60,100000"
    })
    void everyBlockIsComparedOnce(Grain grain, int blocks, int breaks, int longestBytes)
            throws Exception {
        System.out.println("seed " + seed);
        ServerConfig config =
                new ServerConfig(directory.resolve("run"), directory.resolve("state"))
                        .withReconnectGrace(Duration.ofSeconds(20));
        Path socket = directory.resolve("way.sock");
        try (LockstepServer server = LockstepServer.start(config);
                BrokenWay way =
                        BrokenWay.open(
                                socket,
                                server.engineSocket(),
                                new SplittableRandom(seed),
                                breaks,
                                longestBytes);
                ExecutorService engines = Executors.newCachedThreadPool()) {
            RunHandle run = server.createRun(spec(grain), new RunListener() {});
            Future<?> reference = engines.submit(() -> play(socket, Role.ROLE_REFERENCE, blocks));
            Future<?> subject = engines.submit(() -> play(socket, Role.ROLE_SUBJECT, blocks));
            reference.get();
            subject.get();

            check(run.report().get(), blocks);
            assertThat(way.breaksLeft()).as("breaks left, seed %d", seed).isLessThan(breaks);
            System.out.printf("%s: %d breaks%n", grain, breaks - way.breaksLeft());
        }
    }

    private void check(RunReport report, int blocks) {
        assertThat(report.verdict())
                .as("seed %d: %s", seed, report.notes())
                .isEqualTo(Verdict.MATCH);
        long steps = (long) blocks * BLOCK_STEPS;
        assertThat(report.compared().steps()).as("seed %d", seed).isEqualTo(steps);
        for (EngineReport engine : report.engines()) {
            assertThat(engine.steps()).as("seed %d, %s", seed, engine.name()).isEqualTo(steps);
        }
        assertThat(report.notes()).as("seed %d", seed).anyMatch(note -> note.contains("came back"));
    }

    private static RunSpec spec(Grain grain) {
        return RunSpec.builder(
                        "r1",
                        List.of(
                                new EngineSpec("interp", dev.lockstep.server.run.Role.REFERENCE),
                                new EngineSpec("recomp", dev.lockstep.server.run.Role.SUBJECT)),
                        "test")
                .grain(grain)
                .build();
    }

    private static Void play(Path socket, Role role, int blocks) throws Exception {
        try (EngineSession session =
                EngineSession.join(CoordinatorAddress.of(socket), hello(role), () -> {})) {
            session.begin(0, PC);
            for (int block = 0; block < blocks; block++) {
                if (block % BLOCKS_BETWEEN_INPUTS == 0) {
                    ask(session, (long) block * BLOCK_STEPS);
                }
                if (!session.batch().add(PC, block, BLOCK_STEPS, 1)) {
                    session.flush();
                }
            }
            end(session, blocks);
        }
        return null;
    }

    /** Asks the world something, whose answer is the reference's. */
    private static void ask(EngineSession session, long step) {
        InputCall call = new InputCall(step, PC, 63, List.of(0L, 0x2000L, 5L), 0, 0);
        byte[] answer = new byte[(int) (step % 5000)];
        InputAnswer got =
                session.obtain(
                        call,
                        0,
                        0,
                        () ->
                                new InputAnswer(
                                        step, List.of(new InputAnswer.Write(0x2000, answer))));
        got.writes().forEach(write -> assertThat(write.data()).hasSameSizeAs(answer));
        assertThat(got.value()).isEqualTo(step);
    }

    private static void end(EngineSession session, long blocks) {
        Exit exit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED).build();
        long steps = blocks * BLOCK_STEPS;
        session.end(GuestEnd.newBuilder().setStepCount(steps).setPc(PC).setExit(exit).build());
        session.goodbye(Goodbye.newBuilder().setStepCount(steps).setBlockCount(blocks).build());
    }

    private static Hello hello(Role role) {
        return Hello.newBuilder()
                .setProtocolVersion(Protocol.VERSION)
                .setRun("r1")
                .setRole(role)
                .setName(role == Role.ROLE_REFERENCE ? "interp" : "recomp")
                .setImplementation("test")
                .addGrains(dev.lockstep.proto.v1.Grain.GRAIN_BLOCK)
                .addGrains(dev.lockstep.proto.v1.Grain.GRAIN_STRICT)
                .addStrengths(Strength.STRENGTH_FULL)
                .addAgreement(
                        AgreementItem.newBuilder()
                                .setName(Protocol.ITEM_RULES)
                                .setText(Protocol.RULES)
                                .setDigest(ByteString.copyFrom(new byte[32])))
                .build();
    }
}
