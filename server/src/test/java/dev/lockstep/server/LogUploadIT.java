package dev.lockstep.server;

import static dev.lockstep.server.LogsServiceIT.refused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.DiffLogsRequest;
import dev.lockstep.proto.v1.DiffRunsRequest;
import dev.lockstep.proto.v1.EngineLog;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.LogsGrpc;
import dev.lockstep.proto.v1.UploadOptions;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.server.files.OpenFiles;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPOutputStream;

/** Logs that clients send to the service Logs over a real socket, and where they are kept. */
@Timeout(60)
class LogUploadIT {
    private static final int MAX_UPLOADS = 2;

    @TempDir Path directory;
    private StandingServer standing;

    @BeforeEach
    void start() {
        standing = StandingServer.start(directory);
    }

    @AfterEach
    void stop() {
        standing.close();
    }

    @Test
    void logsThatAClientSendsAreCompared() throws Exception {
        Answer<LogDiff> answer = new Answer<>();
        StreamObserver<DiffLogsRequest> upload = upload(answer);
        for (int i = 0; i < 3; i++) {
            upload.onNext(reference(log(i, 1000, -1).toByteArray()));
            upload.onNext(subject(gzip(log(i, 1000, 2500))));
        }
        upload.onCompleted();
        LogDiff diff = answer.get();
        assertThat(diff.getVerdict()).isEqualTo(Verdict.VERDICT_DIVERGED);
        assertThat(diff.getReference().getName()).isEqualTo("mine");
        assertThat(diff.getReference().getEventCount()).isEqualTo(3000);
        assertThat(diff.getSubject().getName()).isEqualTo("subject");
        assertThat(diff.getPairs(0).getFirst().getPosition()).isEqualTo(2500);
        awaitNoTemporaryFiles();
    }

    @Test
    void whatAClientSendsThatIsNoLogIsRefused() throws Exception {
        Answer<LogDiff> noLog = new Answer<>();
        StreamObserver<DiffLogsRequest> upload = upload(noLog);
        upload.onNext(reference("nonsense\n".getBytes(StandardCharsets.UTF_8)));
        upload.onNext(subject(log(0, 1, -1).toByteArray()));
        upload.onCompleted();
        refused(Status.Code.INVALID_ARGUMENT, "mine:1: invalid JSON", noLog::get);

        Answer<LogDiff> noOptions = new Answer<>();
        LogsGrpc.newStub(standing.channel()).diff(noOptions).onNext(reference(new byte[1]));
        refused(Status.Code.INVALID_ARGUMENT, "part: no options", noOptions::get);

        Answer<LogDiff> tooLong = new Answer<>();
        upload(tooLong).onNext(reference(new byte[(1 << 20) + 1]));
        refused(Status.Code.INVALID_ARGUMENT, "1048577 bytes of a log", tooLong::get);
        awaitNoTemporaryFiles();
    }

    @Test
    void whoStopsSendingMakesRoomWhenItGoesAway() throws Exception {
        Context.CancellableContext calls = Context.current().withCancellation();
        calls.run(() -> {
            for (int i = 0; i < MAX_UPLOADS; i++) {
                upload(new Answer<>()).onNext(reference(new byte[1000]));
            }
        });
        await().untilAsserted(() ->
                refused(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "2 calls of Diff at a time",
                        () -> whatBecomesOfAnUpload().get()));
        // Those who want other diffs do not wait for it.
        refused(
                Status.Code.NOT_FOUND,
                "no run \"r1\"",
                () -> LogsGrpc.newBlockingStub(standing.channel()).diffRuns(ofRun("r1")));
        calls.cancel(null);
        await().ignoreExceptions()
                .untilAsserted(() ->
                        refused(
                                Status.Code.INVALID_ARGUMENT,
                                "0 bytes of a log (expected: 1 to 1048576 in a message)",
                                () -> whatBecomesOfAnUpload().get()));
        awaitNoTemporaryFiles();
    }

    /** Begins one with a message without bytes. */
    private Answer<LogDiff> whatBecomesOfAnUpload() {
        Answer<LogDiff> answer = new Answer<>();
        upload(answer).onNext(reference(new byte[0]));
        return answer;
    }

    @Test
    void temporaryFilesOfTheDeadAreRemovedAtTheStart() throws Exception {
        Path left = directory.resolve("state/tmp/lockstep-left");
        standing.close();
        Files.createDirectories(left.getParent());
        Files.writeString(left, "left");
        Files.setLastModifiedTime(left, FileTime.fromMillis(0));
        standing = StandingServer.start(directory);
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsNoTemporaryFileIsLeftAlone() throws Exception {
        Path others = Files.createDirectories(directory.resolve("state/tmp/others"));
        Files.writeString(others.resolve("file"), "theirs");
        Files.setLastModifiedTime(others, FileTime.fromMillis(0));
        standing.close();
        standing = StandingServer.start(directory);
        assertThat(others.resolve("file")).exists();
    }

    private static DiffRunsRequest ofRun(String run) {
        EngineLog log = EngineLog.newBuilder().setRun(run).setEngine("interp").build();
        return DiffRunsRequest.newBuilder().setReference(log).setSubject(log).build();
    }

    private StreamObserver<DiffLogsRequest> upload(Answer<LogDiff> answer) {
        StreamObserver<DiffLogsRequest> upload = LogsGrpc.newStub(standing.channel()).diff(answer);
        upload.onNext(
                DiffLogsRequest.newBuilder()
                        .setOptions(UploadOptions.newBuilder().setReferenceName("mine"))
                        .build());
        return upload;
    }

    private static DiffLogsRequest reference(byte[] bytes) {
        return DiffLogsRequest.newBuilder().setReference(ByteString.copyFrom(bytes)).build();
    }

    private static DiffLogsRequest subject(byte[] bytes) {
        return DiffLogsRequest.newBuilder().setSubject(ByteString.copyFrom(bytes)).build();
    }

    /** Returns a part of a log, the event {@code wrong} of which has another number. */
    private static ByteArrayOutputStream log(int part, int count, int wrong) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (part == 0) {
            text.writeBytes(
                    "{\"kind\":\"schema_version\",\"schema_version\":1,\"engine\":\"x\"}\n"
                            .getBytes(StandardCharsets.UTF_8));
        }
        for (int i = part * count; i < (part + 1) * count; i++) {
            text.writeBytes(
                    "{\"tid\":1,\"tid_event_idx\":%d,\"kind\":\"k\",\"payload\":{\"n\":%d}}\n"
                            .formatted(i, i == wrong ? -1 : i)
                            .getBytes(StandardCharsets.UTF_8));
        }
        return text;
    }

    private static byte[] gzip(ByteArrayOutputStream text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            text.writeTo(gzip);
        }
        return packed.toByteArray();
    }

    private void awaitNoTemporaryFiles() {
        await().untilAsserted(
                        () -> assertThat(OpenFiles.in(directory.resolve("state/tmp"))).isEmpty());
    }
}
