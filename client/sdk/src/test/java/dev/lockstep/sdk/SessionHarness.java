package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.Halt;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** A session whose coordinator a test plays, over a real socket. */
@Timeout(30)
abstract class SessionHarness {
    static final int BATCH_RECORDS = 4;

    @TempDir Path directory;
    final ExecutorService engineThread = Executors.newSingleThreadExecutor();
    final Semaphore ended = new Semaphore(0);

    /** What the engine does when it is halted, beside that. */
    Runnable onEnd = ended::release;

    FakeCoordinator coordinator;

    @BeforeEach
    void listen() throws IOException {
        coordinator = new FakeCoordinator(directory.resolve("engine.sock"));
    }

    @AfterEach
    void close() throws IOException {
        engineThread.shutdownNow();
        coordinator.close();
    }

    EngineSession start(Role role, long recordCredit, long inputBytes) throws Exception {
        return start(Grain.GRAIN_BLOCK, role, recordCredit, inputBytes);
    }

    EngineSession start(Grain grain, Role role, long recordCredit, long inputBytes)
            throws Exception {
        Future<EngineSession> joining = join(role);
        coordinator.accept();
        assertThat(coordinator.receive().getHello().getRole()).isEqualTo(role);
        coordinator.welcome(grain, BATCH_RECORDS, recordCredit, inputBytes);
        return joining.get(10, SECONDS);
    }

    Future<EngineSession> join(Role role) {
        Callable<EngineSession> join =
                () ->
                        EngineSession.join(
                                directory.resolve("engine.sock"), hello(role), () -> onEnd.run());
        return engineThread.submit(join);
    }

    static Hello hello(Role role) {
        return Hello.newBuilder().setRun("r1").setRole(role).setName("x").build();
    }

    static void addRecords(EngineSession session, int count) {
        for (int i = 0; i < count; i++) {
            session.batch().add(0x1000, 0, 1, 0);
        }
    }

    void halt(HaltReason reason) throws IOException {
        coordinator.send(
                CoordinatorFrame.newBuilder().setHalt(Halt.newBuilder().setReason(reason)));
    }

    static InputCall call(long step) {
        return new InputCall(step, 0x100C, 63, List.of(0L, 0x2000L, 5L), 0, 0);
    }
}
