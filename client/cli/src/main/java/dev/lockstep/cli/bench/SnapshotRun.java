package dev.lockstep.cli.bench;

import dev.lockstep.proto.v1.GetRunRequest;
import dev.lockstep.proto.v1.RunsGrpc;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.proto.v1.TakeSnapshotRequest;
import dev.lockstep.proto.v1.TakeSnapshotResponse;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.transport.ControlClient;
import dev.lockstep.server.transport.SocketDirectory;

import io.grpc.StatusRuntimeException;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A run of both engines, of whose guest snapshots are taken once its memory is filled. */
final class SnapshotRun {
    /** Snapshots of a run, the first included. */
    static final int SNAPSHOTS = 10;

    /** The guest changes its pages for the first time within any so many steps, but for a few. */
    private static final long ROUND_STEPS = 100_100_000;

    /** More than a run comes to while it is measured. */
    private static final int ROUNDS = 10_000;

    private static final String FILLED = " MiB";
    private static final int WARM_UP_MS = 2000;
    private static final int PACE_MS = 1000;
    private static final int POLL_MS = 5;
    private static final long CLOSE_TIMEOUT_NS = 10_000_000_000L;

    private final BenchProcess.Started command;
    private final Path state;
    private final String name;
    private final ControlClient client;

    private SnapshotRun(
            BenchProcess.Started command, Path state, StoredRun run, ControlClient client) {
        this.command = command;
        this.state = state;
        this.name = run.name();
        this.client = client;
    }

    /**
     * Executes a program, takes the snapshots, and leaves nothing of either.
     *
     * @throws ConfigException if the run fails
     */
    static SnapshotLap measure(BenchProcess process, Path program, int mib)
            throws IOException, InterruptedException {
        Path state = Files.createDirectory(process.directory().resolve("state"));
        List<String> words =
                List.of(
                        "run",
                        "--state-dir",
                        state.toString(),
                        program.toString(),
                        Integer.toString(mib),
                        Integer.toString(ROUNDS));
        BenchProcess.Started command = process.startLockstep("pair", words);
        try {
            StoredRun run = begun(command, state);
            Path socket = run.runtimeDirectory().resolve(SocketDirectory.CONTROL_SOCKET);
            try (ControlClient client = ControlClient.of(socket)) {
                return new SnapshotRun(command, state, run, client).lap();
            }
        } finally {
            command.stop();
            BenchProcess.delete(state);
        }
    }

    /** Waits until the guest has filled its memory. */
    private static StoredRun begun(BenchProcess.Started command, Path state)
            throws IOException, InterruptedException {
        while (!command.outputSoFar().contains(FILLED)) {
            if (!command.isAlive()) {
                command.await();
                throw new IllegalStateException("the guest ended before it had filled its memory");
            }
            Thread.sleep(POLL_MS);
        }
        try (RunStore store = LockstepServer.openStore(state)) {
            return store.list(Long.MAX_VALUE, 1).getFirst();
        }
    }

    private SnapshotLap lap() throws IOException, InterruptedException {
        try {
            Thread.sleep(WARM_UP_MS);
            long stepsBefore = steps();
            Thread.sleep(PACE_MS);
            long orderedNs = System.nanoTime();
            long steps = steps();
            SnapshotLap.Kept first = take(0, 1).getFirst();
            double seconds = (System.nanoTime() - orderedNs) / 1e9;
            double usual = (steps - stepsBefore) * 1e3 / PACE_MS;
            double pace = (steps() - steps) / seconds / usual;
            List<SnapshotLap.Kept> later = take(ROUND_STEPS, SNAPSHOTS - 1);
            command.stop();
            return new SnapshotLap(first, seconds, pace, later, importSeconds(first.snapshot()));
        } catch (StatusRuntimeException e) {
            throw new ConfigException(
                    "run %s took no snapshot: %s%n%s"
                            .formatted(name, e.getMessage(), command.errorsSoFar()),
                    e);
        }
    }

    /** Returns how many steps were found equal so far. */
    private long steps() {
        return RunsGrpc.newBlockingStub(client.channel())
                .getRun(GetRunRequest.newBuilder().setName(name).build())
                .getCompared()
                .getStepCount();
    }

    /** Takes snapshots from now on, every so many steps. */
    private List<SnapshotLap.Kept> take(long everySteps, int count)
            throws IOException, InterruptedException {
        Iterator<TakeSnapshotResponse> news =
                SnapshotsGrpc.newBlockingStub(client.channel())
                        .takeSnapshot(
                                TakeSnapshotRequest.newBuilder()
                                        .setRun(name)
                                        .setEverySteps(everySteps)
                                        .build());
        List<SnapshotLap.Kept> kept = new ArrayList<>();
        long before = storeBytes();
        while (kept.size() < count) {
            Snapshot snapshot = next(news);
            long after = storeBytes();
            kept.add(new SnapshotLap.Kept(snapshot, after - before));
            before = after;
        }
        return kept;
    }

    /** Returns how long it takes to keep a snapshot once more, with no guests beside it. */
    private double importSeconds(Snapshot snapshot) throws IOException {
        Path file = state.resolve("exported");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            SnapshotStore.open(state).export(snapshot.getId(), out);
        }
        Path empty = Files.createDirectory(state.resolve("empty"));
        long startNs = System.nanoTime();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            SnapshotStore.open(empty).importFrom(in);
        }
        return (System.nanoTime() - startNs) / 1e9;
    }

    private static Snapshot next(Iterator<TakeSnapshotResponse> news) {
        TakeSnapshotResponse told = news.next();
        while (!told.hasSnapshot()) {
            told = news.next();
        }
        return told.getSnapshot();
    }

    /** Returns the room that the store takes, once a take has let go of it. */
    private long storeBytes() throws IOException, InterruptedException {
        long endNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        while (Files.exists(state.resolve("snapshots.db-wal"))) {
            if (System.nanoTime() > endNs) {
                throw new IllegalStateException("the store keeps its journal between two takes");
            }
            Thread.sleep(POLL_MS);
        }
        Path store = state.resolve("snapshots.db");
        return Files.exists(store) ? Files.size(store) : 0;
    }
}
