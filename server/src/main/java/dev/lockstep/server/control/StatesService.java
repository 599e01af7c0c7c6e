package dev.lockstep.server.control;

import dev.lockstep.proto.v1.DiffStatesRequest;
import dev.lockstep.proto.v1.StateDiff;
import dev.lockstep.proto.v1.StatesGrpc;

import io.grpc.stub.StreamObserver;

import java.nio.file.Path;

/** The service States. A call has a thread, since it waits for its client and for disks. */
public final class StatesService extends StatesGrpc.StatesImplBase {
    /** Both states of a call are held in memory. */
    private static final int MAX_UPLOADS = 1;

    private final Path temporaryDirectory;
    private final CallThreads uploads = new CallThreads("States.Diff", MAX_UPLOADS);

    /**
     * Creates the service.
     *
     * @param temporaryDirectory for states that clients send
     */
    public StatesService(Path temporaryDirectory) {
        this.temporaryDirectory = temporaryDirectory;
    }

    @Override
    public StreamObserver<DiffStatesRequest> diff(StreamObserver<StateDiff> caller) {
        BlockingCall<StateDiff> call = new BlockingCall<>(caller);
        Upload<DiffStatesRequest> parts = new Upload<>(caller);
        StateUpload upload = new StateUpload(parts, temporaryDirectory);
        call.answer(uploads, () -> call.send(StateDiffMessages.of(upload.compare())));
        return parts;
    }
}
