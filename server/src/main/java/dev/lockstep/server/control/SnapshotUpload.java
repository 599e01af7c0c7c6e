package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.ImportSnapshotRequest;
import dev.lockstep.proto.v1.Snapshot;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A file that a client sends, as a stream. The thread of the services hands over what comes, one
 * part at a time; all else belongs to the thread that answers the call.
 */
final class SnapshotUpload extends InputStream implements StreamObserver<ImportSnapshotRequest> {
    /** One part is asked for at a time; behind the last comes the end. */
    private static final int QUEUE_CAPACITY = 2;

    private static final ByteString END = ByteString.EMPTY;

    private final ServerCallStreamObserver<Snapshot> client;
    private final UploadPace pace = new UploadPace(System.nanoTime());
    private final BlockingQueue<ByteString> parts = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private ByteString part = ByteString.EMPTY;
    private int position;
    private boolean ended;

    /** Prepares to receive; to be created before the method of the service returns. */
    SnapshotUpload(StreamObserver<Snapshot> caller) {
        client = (ServerCallStreamObserver<Snapshot>) caller;
        client.disableAutoRequest();
    }

    @Override
    public void onNext(ImportSnapshotRequest request) {
        if (request.getData().isEmpty()) {
            client.request(1); // It would look like the end.
        } else {
            parts.add(request.getData());
        }
    }

    @Override
    public void onError(Throwable failure) {
        // The call is cancelled, which interrupts the thread that answers it.
    }

    @Override
    public void onCompleted() {
        parts.add(END);
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] to, int offset, int length) throws InterruptedIOException {
        if (length == 0) {
            return 0;
        }
        if (position == part.size() && !ended) {
            part = next();
            position = 0;
            ended = part.isEmpty();
        }
        if (ended) {
            return -1;
        }
        int count = Math.min(length, part.size() - position);
        part.substring(position, position + count).asReadOnlyByteBuffer().get(to, offset, count);
        position += count;
        return count;
    }

    private ByteString next() throws InterruptedIOException {
        client.request(1);
        try {
            ByteString next =
                    parts.poll(pace.patienceNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw Status.DEADLINE_EXCEEDED.withDescription(pace.demand()).asRuntimeException();
            }
            pace.received(next.size());
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the client has gone");
        }
    }
}
