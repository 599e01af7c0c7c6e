package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.DeleteSnapshotRequest;
import dev.lockstep.proto.v1.DeleteSnapshotResponse;
import dev.lockstep.proto.v1.DiffSnapshotsRequest;
import dev.lockstep.proto.v1.ExportSnapshotRequest;
import dev.lockstep.proto.v1.ExportSnapshotResponse;
import dev.lockstep.proto.v1.GetSnapshotRequest;
import dev.lockstep.proto.v1.GetSnapshotStateRequest;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.ImportSnapshotRequest;
import dev.lockstep.proto.v1.ListSnapshotsRequest;
import dev.lockstep.proto.v1.ListSnapshotsResponse;
import dev.lockstep.proto.v1.RestoreSnapshotRequest;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.proto.v1.SnapshotProgress;
import dev.lockstep.proto.v1.SnapshotRefusal;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.proto.v1.TakeSnapshotRequest;
import dev.lockstep.proto.v1.TakeSnapshotResponse;
import dev.lockstep.proto.v1.VerifyProgress;
import dev.lockstep.proto.v1.VerifyResult;
import dev.lockstep.proto.v1.VerifySnapshotsRequest;
import dev.lockstep.proto.v1.VerifySnapshotsResponse;
import dev.lockstep.server.capture.CaptureRuns;
import dev.lockstep.server.capture.SnapshotTaking;
import dev.lockstep.server.capture.StoredOrigin;
import dev.lockstep.server.capture.TakingObserver;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.RunDefaults;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.snapshot.SnapshotException;
import dev.lockstep.server.snapshot.SnapshotException.Fault;
import dev.lockstep.server.snapshot.SnapshotReader;
import dev.lockstep.server.snapshot.SnapshotStore;
import dev.lockstep.server.snapshot.VerifyListener;

import io.grpc.stub.StreamObserver;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The service Snapshots. What waits for disks, engines and clients has a thread for each call. */
public final class SnapshotsService extends SnapshotsGrpc.SnapshotsImplBase {
    private static final int MAX_TAKES = 16;
    private static final int MAX_READS = 8;
    private static final int MAX_TRANSFERS = 2;
    private static final int PAGE_SIZE = 64;
    private static final int RANGES = 256;
    private static final int MAX_RANGES = 10_000;

    /** Damages that a check tells; of further ones it tells how many. */
    private static final int MAX_DAMAGES = 1_000;

    private static final int CHUNK_BYTES = 256 << 10;
    private static final int MAX_LABEL_CHARACTERS = 256;

    private final SnapshotStore store;
    private final Coordinator coordinator;
    private final CaptureRuns runs;
    private final InstantSource clock;

    /** Apart from all else, since they may last as long as their runs. */
    private final CallThreads takes = new CallThreads("TakeSnapshot", MAX_TAKES);

    /** What goes through all of a snapshot, or all of the store. */
    private final CallThreads transfers = new CallThreads("Snapshots", MAX_TRANSFERS);

    private final CallThreads reads = new CallThreads("Snapshots", MAX_READS);

    /** Creates the service. */
    public SnapshotsService(
            SnapshotStore store, Coordinator coordinator, CaptureRuns runs, InstantSource clock) {
        this.store = store;
        this.coordinator = coordinator;
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public void takeSnapshot(
            TakeSnapshotRequest request, StreamObserver<TakeSnapshotResponse> caller) {
        BlockingCall<TakeSnapshotResponse> call = new BlockingCall<>(caller);
        call.answer(
                takes,
                () ->
                        new SnapshotTaking(
                                        store,
                                        runs,
                                        clock,
                                        Requests.runName("run", request.getRun()),
                                        order(request),
                                        Requests.text(
                                                "label", request.getLabel(), MAX_LABEL_CHARACTERS))
                                .run(observer(call)));
    }

    private static CaptureOrder order(TakeSnapshotRequest request) {
        return new CaptureOrder(
                request.hasStep() ? request.getStep() : null, request.getEverySteps());
    }

    private static TakingObserver observer(BlockingCall<TakeSnapshotResponse> call) {
        return new TakingObserver() {
            @Override
            public void progressed(SnapshotProgress progress) {
                call.offer(TakeSnapshotResponse.newBuilder().setProgress(progress).build());
            }

            @Override
            public void taken(Snapshot snapshot) throws InterruptedException {
                call.send(TakeSnapshotResponse.newBuilder().setSnapshot(snapshot).build());
            }

            @Override
            public void refused(long step, String why) throws InterruptedException {
                SnapshotRefusal refusal =
                        SnapshotRefusal.newBuilder().setStep(step).setText(why).build();
                call.send(TakeSnapshotResponse.newBuilder().setRefusal(refusal).build());
            }
        };
    }

    @Override
    public void listSnapshots(
            ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> caller) {
        BlockingCall<ListSnapshotsResponse> call = new BlockingCall<>(caller);
        call.answer(reads, () -> call.send(page(request)));
    }

    /** A page begins where the last one ended, by number. */
    private ListSnapshotsResponse page(ListSnapshotsRequest request) {
        int size = Requests.pageSize(request.getPageSize(), PAGE_SIZE, SnapshotStore.MAX_LIST);
        int start = Requests.pageStart(request.getPageToken());
        long before = start == 0 ? Long.MAX_VALUE : start;
        List<Snapshot> found = store.list(request.getRun(), before, size);
        ListSnapshotsResponse.Builder page =
                ListSnapshotsResponse.newBuilder().addAllSnapshots(found);
        if (found.size() == size && isOlderThere(request.getRun(), found.getLast())) {
            page.setNextPageToken(Long.toString(found.getLast().getId()));
        }
        return page.build();
    }

    private boolean isOlderThere(String run, Snapshot than) {
        return !store.list(run, than.getId(), 1).isEmpty();
    }

    @Override
    public void getSnapshot(GetSnapshotRequest request, StreamObserver<Snapshot> caller) {
        BlockingCall<Snapshot> call = new BlockingCall<>(caller);
        call.answer(
                reads,
                () -> {
                    try (SnapshotReader reader = store.read(request.getId())) {
                        call.send(reader.manifest());
                    }
                });
    }

    @Override
    public void getSnapshotState(
            GetSnapshotStateRequest request, StreamObserver<GuestState> caller) {
        BlockingCall<GuestState> call = new BlockingCall<>(caller);
        call.answer(
                reads,
                () -> {
                    SnapshotEngine of = request.getOf();
                    try (SnapshotReader reader = store.read(of.getId())) {
                        call.send(reader.state(of.getEngine()));
                    }
                });
    }

    @Override
    public void restoreSnapshot(RestoreSnapshotRequest request, StreamObserver<Run> caller) {
        BlockingCall<Run> call = new BlockingCall<>(caller);
        call.answer(
                reads,
                () -> {
                    RunDefaults defaults = RunsService.defaults(coordinator);
                    SnapshotEngine from = request.getFrom();
                    StoredOrigin origin = StoredOrigin.of(store, from.getId(), from.getEngine());
                    CreateRunRequest run =
                            CreateRunRequest.newBuilder()
                                    .setName(request.getName())
                                    .setConfig(request.getConfig())
                                    .build();
                    RunSpec spec = Requests.spec(run, defaults, origin);
                    call.send(Messages.run(coordinator.create(spec).join()));
                });
    }

    @Override
    public void deleteSnapshot(
            DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> caller) {
        BlockingCall<DeleteSnapshotResponse> call = new BlockingCall<>(caller);
        call.answer(
                reads,
                () ->
                        call.send(
                                DeleteSnapshotResponse.newBuilder()
                                        .setFreedBytes(store.remove(request.getId()))
                                        .build()));
    }

    @Override
    public void diffSnapshots(DiffSnapshotsRequest request, StreamObserver<SnapshotDiff> caller) {
        BlockingCall<SnapshotDiff> call = new BlockingCall<>(caller);
        call.answer(
                transfers,
                () ->
                        call.send(
                                store.compare(
                                        request.getReference(),
                                        request.getSubject(),
                                        rangeLimit(request.getRangeLimit()))));
    }

    private static int rangeLimit(int asked) {
        if (asked < 0 || asked > MAX_RANGES) {
            throw new IllegalArgumentException(
                    "range_limit: %d (expected: 0 to %d)".formatted(asked, MAX_RANGES));
        }
        return asked == 0 ? RANGES : asked;
    }

    @Override
    public void verifySnapshots(
            VerifySnapshotsRequest request, StreamObserver<VerifySnapshotsResponse> caller) {
        BlockingCall<VerifySnapshotsResponse> call = new BlockingCall<>(caller);
        call.answer(
                transfers,
                () -> {
                    List<SnapshotDamage> found = new ArrayList<>();
                    VerifyResult result = store.verify(request.getId(), new Verifying(call, found));
                    for (SnapshotDamage damage : found) {
                        call.send(VerifySnapshotsResponse.newBuilder().setDamage(damage).build());
                    }
                    call.send(VerifySnapshotsResponse.newBuilder().setResult(result).build());
                });
    }

    /** Tells a client of a check; who goes away ends it. */
    private record Verifying(
            BlockingCall<VerifySnapshotsResponse> call, List<SnapshotDamage> damages)
            implements VerifyListener {
        @Override
        public void progressed(long checked, long total) {
            VerifyProgress progress =
                    VerifyProgress.newBuilder()
                            .setCheckedCount(checked)
                            .setTotalCount(total)
                            .build();
            call.offer(VerifySnapshotsResponse.newBuilder().setProgress(progress).build());
        }

        @Override
        public void found(SnapshotDamage damage) {
            if (damages.size() < MAX_DAMAGES) {
                damages.add(damage);
            }
        }

        @Override
        public boolean isCancelled() {
            return Thread.currentThread().isInterrupted();
        }
    }

    @Override
    public void exportSnapshot(
            ExportSnapshotRequest request, StreamObserver<ExportSnapshotResponse> caller) {
        BlockingCall<ExportSnapshotResponse> call = new BlockingCall<>(caller);
        call.answer(
                transfers,
                () -> {
                    try (OutputStream out =
                            new BufferedOutputStream(new Download(call), CHUNK_BYTES)) {
                        store.export(request.getId(), out);
                    }
                });
    }

    /** Sends what is written, as fast as the client takes it. */
    private static final class Download extends OutputStream {
        private final BlockingCall<ExportSnapshotResponse> call;

        Download(BlockingCall<ExportSnapshotResponse> call) {
            this.call = call;
        }

        @Override
        public void write(int one) throws InterruptedIOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws InterruptedIOException {
            try {
                call.send(
                        ExportSnapshotResponse.newBuilder()
                                .setData(ByteString.copyFrom(bytes, offset, length))
                                .build());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the client has gone");
            }
        }
    }

    @Override
    public StreamObserver<ImportSnapshotRequest> importSnapshot(StreamObserver<Snapshot> caller) {
        BlockingCall<Snapshot> call = new BlockingCall<>(caller);
        Upload<ImportSnapshotRequest> upload = new Upload<>(caller);
        call.answer(transfers, () -> call.send(imported(upload)));
        return upload;
    }

    /** What is wrong with the file is the client's mistake. */
    private Snapshot imported(Upload<ImportSnapshotRequest> upload) throws IOException {
        try {
            return store.importFrom(new SnapshotUpload(upload));
        } catch (SnapshotException e) {
            if (e.fault() == Fault.REFUSED) {
                throw new IllegalArgumentException("data: " + e.getMessage(), e);
            }
            throw e;
        }
    }
}
