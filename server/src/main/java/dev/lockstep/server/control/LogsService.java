package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.DiffLogsRequest;
import dev.lockstep.proto.v1.DiffRunsRequest;
import dev.lockstep.proto.v1.EngineLog;
import dev.lockstep.proto.v1.ExportLogRequest;
import dev.lockstep.proto.v1.ExportLogResponse;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogsGrpc;
import dev.lockstep.proto.v1.WatchDiffRequest;
import dev.lockstep.proto.v1.WatchDiffResponse;
import dev.lockstep.server.control.EventRuns.EventRun;
import dev.lockstep.server.diff.events.DiffProgress;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiff;
import dev.lockstep.server.events.EventStore;
import dev.lockstep.server.events.EventText;
import dev.lockstep.server.events.LogText;
import dev.lockstep.server.run.EngineSpec;

import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The service Logs. What waits for disks and clients has a thread for each call. */
public final class LogsService extends LogsGrpc.LogsImplBase {
    private static final int MAX_RUN_DIFFS = 2;
    private static final int MAX_UPLOADS = 2;
    private static final int MAX_WATCHES = 16;
    private static final int MAX_EXPORTS = 16;
    private static final int CHUNK_BYTES = 256 << 10;

    private final RunLogs logs;
    private final Path temporaryDirectory;

    /** Apart from those that wait for their clients. */
    private final CallThreads runDiffs = new CallThreads("DiffRuns", MAX_RUN_DIFFS);

    private final CallThreads uploads = new CallThreads("Diff", MAX_UPLOADS);
    private final CallThreads watches = new CallThreads("WatchDiff", MAX_WATCHES);
    private final CallThreads exports = new CallThreads("Export", MAX_EXPORTS);

    /**
     * Creates the service.
     *
     * @param temporaryDirectory for indexes of logs, and for logs that clients send
     */
    public LogsService(EventRuns runs, EventStore store, Path temporaryDirectory) {
        logs = new RunLogs(runs, store);
        this.temporaryDirectory = temporaryDirectory;
    }

    @Override
    public void diffRuns(DiffRunsRequest request, StreamObserver<LogDiff> caller) {
        BlockingCall<LogDiff> call = new BlockingCall<>(caller);
        call.answer(runDiffs, () -> call.send(diff(request)));
    }

    private LogDiff diff(DiffRunsRequest request) throws IOException, InterruptedException {
        DiffRequest wish = LogOptions.request(request.getOptions(), temporaryDirectory);
        try (LogText reference = logs.ended(request.getReference());
                LogText subject = logs.ended(request.getSubject())) {
            EventDiff diff = new EventDiff(wish, new DiffProgress());
            return LogDiffMessages.of(diff.compare(reference, subject));
        }
    }

    @Override
    public StreamObserver<DiffLogsRequest> diff(StreamObserver<LogDiff> caller) {
        BlockingCall<LogDiff> call = new BlockingCall<>(caller);
        Upload<DiffLogsRequest> parts = new Upload<>(caller);
        LogUpload upload = new LogUpload(parts, temporaryDirectory);
        call.answer(uploads, () -> call.send(LogDiffMessages.of(upload.compare())));
        return parts;
    }

    @Override
    public void watchDiff(WatchDiffRequest request, StreamObserver<WatchDiffResponse> caller) {
        BlockingCall<WatchDiffResponse> call = new BlockingCall<>(caller);
        call.answer(
                watches,
                () -> {
                    DiffRequest wish = LogOptions.request(request.getOptions(), temporaryDirectory);
                    new LogWatch(logs, wish, call).follow(request);
                });
    }

    @Override
    public void export(ExportLogRequest request, StreamObserver<ExportLogResponse> caller) {
        BlockingCall<ExportLogResponse> call = new BlockingCall<>(caller);
        call.answer(exports, () -> export(request, call));
    }

    private void export(ExportLogRequest request, BlockingCall<ExportLogResponse> call)
            throws IOException, InterruptedException {
        EngineLog log = request.getLog();
        EngineSpec.checkName("log.engine", log.getEngine());
        EventRun found = logs.run(log.getRun());
        EventRun run = request.getFollow() ? logs.await(found, log.getEngine()) : found;
        try (EventText text = logs.text(run, log.getEngine());
                InputStream from = text.from(0)) {
            send(from, request.getFollow() ? Long.MAX_VALUE : text.length(), call);
            call.send(ExportLogResponse.newBuilder().setDamage(damage(run, text)).build());
        }
    }

    /** Whoever does not follow a log wants it as it is by now; what is there is not damaged. */
    private static String damage(EventRun run, EventText text) {
        boolean isBeingWritten = !run.ended() && !run.isOwn();
        return isBeingWritten ? "" : text.damage().orElse("");
    }

    private static void send(InputStream from, long mostBytes, BlockingCall<ExportLogResponse> call)
            throws IOException, InterruptedException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long left = mostBytes;
        while (left > 0) {
            int count = from.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (count < 0) {
                return;
            }
            call.send(
                    ExportLogResponse.newBuilder()
                            .setText(ByteString.copyFrom(chunk, 0, count))
                            .build());
            left -= count;
        }
    }
}
