package dev.lockstep.server;

import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.RunsGrpc;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Policy;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.transport.ControlClient;

import io.grpc.Channel;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** A standing server and a client of its services. */
final class StandingServer implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    final LockstepServer server;
    private final ControlClient client;

    private StandingServer(LockstepServer server) {
        this.server = server;
        client = ControlClient.of(server.openControl());
    }

    static StandingServer start(Path directory) {
        return start(directory, 1, TIMEOUT);
    }

    /** Starts another one that has the same log of runs. */
    static StandingServer startBeside(Path directory) {
        return start(directory.resolve("beside"), directory.resolve("state"), 1, TIMEOUT);
    }

    static StandingServer start(Path directory, int subjects, Duration connectTimeout) {
        return start(
                directory.resolve("run"), directory.resolve("state"), subjects, connectTimeout);
    }

    private static StandingServer start(
            Path runtimeDirectory, Path stateDirectory, int subjects, Duration connectTimeout) {
        RunDefaults defaults =
                new RunDefaults(
                        subjects,
                        Grain.BLOCK,
                        RunSpec.DEFAULT_WINDOW_STEPS,
                        Strength.FULL,
                        Policy.STOP,
                        connectTimeout,
                        TIMEOUT,
                        false);
        return new StandingServer(
                LockstepServer.start(new ServerConfig(runtimeDirectory, stateDirectory, defaults)));
    }

    Channel channel() {
        return client.channel();
    }

    RunsGrpc.RunsBlockingStub runs() {
        return RunsGrpc.newBlockingStub(channel());
    }

    DivergencesGrpc.DivergencesBlockingStub divergences() {
        return DivergencesGrpc.newBlockingStub(channel());
    }

    SnapshotsGrpc.SnapshotsBlockingStub snapshots() {
        return SnapshotsGrpc.newBlockingStub(channel());
    }

    /** Returns an engine that has said Hello. */
    RawEngine join(String run, String engine) throws IOException {
        RawEngine raw = RawEngine.connect(server.engineSocket(), engine);
        raw.hello(run);
        return raw;
    }

    RawEngine joinAs(String run, String engine, Role role) throws IOException {
        RawEngine raw = RawEngine.connect(server.engineSocket(), engine);
        raw.hello(run, role);
        return raw;
    }

    /** Lets two engines execute the same, or differ in their last block, until the verdict. */
    void play(String run, int blocks, boolean equal) throws IOException {
        try (RawEngine reference = join(run, "interp");
                RawEngine subject = join(run, "recomp")) {
            reference.awaitWelcome();
            subject.awaitWelcome();
            reference.sendBatch(blocks, 7);
            subject.sendBatch(blocks - 1, 7);
            subject.sendBatch(1, equal ? 7 : 8);
            if (equal) {
                reference.end();
                subject.end();
            }
            reference.leave();
            subject.leave();
        }
    }

    /** Returns the events after {@code position}, up to the first that is the last one wanted. */
    List<RunEvent> watch(String run, long position, Predicate<RunEvent> last) {
        Iterator<WatchDivergencesResponse> news =
                divergences()
                        .watchDivergences(
                                WatchDivergencesRequest.newBuilder()
                                        .setRun(run)
                                        .setPosition(position)
                                        .build());
        List<RunEvent> events = new ArrayList<>();
        while (events.isEmpty() || !last.test(events.getLast())) {
            WatchDivergencesResponse next = news.next();
            if (next.hasEvent()) {
                events.add(next.getEvent());
            }
        }
        return events;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
