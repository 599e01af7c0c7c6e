package dev.lockstep.server.control;

import dev.lockstep.proto.v1.DiffLogsRequest;
import dev.lockstep.proto.v1.LogDiff;
import dev.lockstep.proto.v1.UploadOptions;
import dev.lockstep.server.diff.events.DiffProgress;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiff;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.events.LogText;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Two logs that a client sends. The thread of the services hands over what comes, one part at a
 * time; all else belongs to the thread that answers the call.
 */
final class LogUpload implements StreamObserver<DiffLogsRequest> {
    private static final int MAX_NAME_CHARACTERS = 256;

    /** One part is asked for at a time; behind the last comes the end. */
    private static final int QUEUE_CAPACITY = 2;

    private final ServerCallStreamObserver<LogDiff> client;
    private final Path directory;

    private final UploadPace pace = new UploadPace(System.nanoTime());

    /** An empty one is the end. */
    private final BlockingQueue<Optional<DiffLogsRequest>> parts =
            new ArrayBlockingQueue<>(QUEUE_CAPACITY);

    /**
     * Prepares to receive; to be created before the method of the service returns.
     *
     * @param directory for temporary files
     */
    LogUpload(StreamObserver<LogDiff> caller, Path directory) {
        client = (ServerCallStreamObserver<LogDiff>) caller;
        this.directory = directory;
        client.disableAutoRequest();
    }

    @Override
    public void onNext(DiffLogsRequest part) {
        parts.add(Optional.of(part));
    }

    @Override
    public void onError(Throwable failure) {
        // The call is cancelled, which interrupts the thread that answers it.
    }

    @Override
    public void onCompleted() {
        parts.add(Optional.empty());
    }

    /** Receives both logs and compares them. */
    EventDiffResult compare() throws IOException, InterruptedException {
        UploadOptions options = options();
        DiffRequest request = LogOptions.request(options.getOptions(), directory);
        String referenceName = name("reference", options.getReferenceName());
        String subjectName = name("subject", options.getSubjectName());
        try (SpooledLog reference = SpooledLog.in(directory);
                SpooledLog subject = SpooledLog.in(directory)) {
            receive(reference, subject);
            try (LogText left = reference.text(referenceName);
                    LogText right = subject.text(subjectName)) {
                return new EventDiff(request, new DiffProgress()).compare(left, right);
            }
        }
    }

    private UploadOptions options() throws InterruptedException {
        return next().filter(DiffLogsRequest::hasOptions)
                .map(DiffLogsRequest::getOptions)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "part: no options (expected: in the first message)"));
    }

    private static String name(String role, String name) {
        Requests.text(role + "_name", name, MAX_NAME_CHARACTERS);
        return name.isEmpty() ? role : name;
    }

    private void receive(SpooledLog reference, SpooledLog subject)
            throws IOException, InterruptedException {
        for (Optional<DiffLogsRequest> next = next(); next.isPresent(); next = next()) {
            DiffLogsRequest part = next.get();
            switch (part.getPartCase()) {
                case REFERENCE -> reference.add(part.getReference());
                case SUBJECT -> subject.add(part.getSubject());
                case OPTIONS, PART_NOT_SET ->
                        throw new IllegalArgumentException(
                                "part: %s (expected: reference or subject after the first message)"
                                        .formatted(part.getPartCase()));
            }
        }
    }

    private Optional<DiffLogsRequest> next() throws InterruptedException {
        client.request(1);
        Optional<DiffLogsRequest> next =
                parts.poll(pace.patienceNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
        if (next == null) {
            throw Status.DEADLINE_EXCEEDED.withDescription(pace.demand()).asRuntimeException();
        }
        next.ifPresent(part -> pace.received(part.getSerializedSize()));
        return next;
    }
}
