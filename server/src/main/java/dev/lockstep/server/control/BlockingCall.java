package dev.lockstep.server.control;

import dev.lockstep.server.capture.TakingFailedException;
import dev.lockstep.server.diff.state.StateLimitException;
import dev.lockstep.server.events.DamagedLogException;
import dev.lockstep.server.events.TextLimitException;
import dev.lockstep.server.run.CaptureRefusedException;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunRefusedException;
import dev.lockstep.server.snapshot.SnapshotException;
import dev.lockstep.server.sqlite.DatabaseException;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;

/**
 * A call that one thread answers, which may wait for the disk and for its client. When the client
 * goes away, that thread is interrupted.
 */
final class BlockingCall<M> {
    private final ServerCallStreamObserver<M> client;

    /** Guarded by this. */
    private boolean cancelled;

    /** What answers a call. */
    interface Answer {
        /** Sends all that there is to send. */
        void give() throws IOException, InterruptedException;
    }

    /** Takes a call; to be created before the method of the service returns. */
    BlockingCall(StreamObserver<M> caller) {
        client = (ServerCallStreamObserver<M>) caller;
        client.setOnReadyHandler(this::wake);
    }

    /** Answers on a thread of its own, or refuses if all threads are taken. */
    void answer(CallThreads threads, Answer answer) {
        try {
            Thread thread = threads.start(() -> give(answer));
            client.setOnCancelHandler(() -> cancel(thread));
        } catch (Throwable e) { // A machine may have no more threads.
            client.onError(status(e));
        }
    }

    private synchronized void cancel(Thread thread) {
        cancelled = true;
        thread.interrupt();
    }

    private synchronized void wake() {
        notifyAll();
    }

    /**
     * Sends a message once the client takes one.
     *
     * @throws InterruptedException if the client has gone
     */
    synchronized void send(M message) throws InterruptedException {
        while (!client.isReady()) {
            if (cancelled) {
                throw new InterruptedException("the client has gone");
            }
            wait();
        }
        client.onNext(message);
    }

    /** Sends a message if the client takes one now. */
    synchronized void offer(M message) {
        if (!cancelled && client.isReady()) {
            client.onNext(message);
        }
    }

    /** Returns what ends the call. */
    private Runnable give(Answer answer) {
        try {
            answer.give();
            return client::onCompleted;
        } catch (InterruptedException
                | InterruptedIOException
                | ClosedByInterruptException
                | CancellationException e) {
            // The client has gone, or the coordinator closes: nobody hears it.
            return () -> client.onError(Status.CANCELLED.asRuntimeException());
        } catch (Throwable e) { // Else the client would wait for ever.
            return () -> client.onError(status(e));
        }
    }

    private static StatusRuntimeException status(Throwable failure) {
        return switch (failure) {
            case UncheckedIOException e when e.getCause() != null -> status(e.getCause());
            case DamagedLogException e -> told(Status.DATA_LOSS, e);
            case TextLimitException e -> told(Status.RESOURCE_EXHAUSTED, e);
            case SnapshotException e -> told(status(e.fault()), e);
            case DatabaseException e -> told(status(e.trouble()), e);
            case CaptureRefusedException e -> told(status(e.reason()), e);
            case TakingFailedException e -> told(status(e.reason()), e);
            case RunRefusedException e -> Reply.status(e);
            case StateLimitException e -> told(Status.RESOURCE_EXHAUSTED, e);
            case ConfigException e when e.getCause() instanceof IOException ->
                    told(Status.RESOURCE_EXHAUSTED, e); // No room for a temporary file.
            case ConfigException e -> told(Status.INVALID_ARGUMENT, e);
            default -> Reply.status(failure);
        };
    }

    private static Status status(SnapshotException.Fault fault) {
        return switch (fault) {
            case ABSENT -> Status.NOT_FOUND;
            case REFUSED -> Status.ABORTED;
            case DAMAGED -> Status.DATA_LOSS;
        };
    }

    private static Status status(DatabaseException.Trouble trouble) {
        return switch (trouble) {
            case DISK_FULL, BUSY -> Status.RESOURCE_EXHAUSTED;
            case DAMAGED -> Status.DATA_LOSS;
            case READ_ONLY, LATER_VERSION, OTHER -> Status.INTERNAL;
        };
    }

    private static Status status(CaptureRefusedException.Reason reason) {
        return switch (reason) {
            case CANNOT -> Status.FAILED_PRECONDITION;
            case TOO_MANY -> Status.ABORTED;
        };
    }

    private static Status status(TakingFailedException.Reason reason) {
        return switch (reason) {
            case NO_RUN -> Status.NOT_FOUND;
            case ABORTED -> Status.ABORTED;
        };
    }

    private static StatusRuntimeException told(Status status, Exception failure) {
        return status.withDescription(failure.getMessage()).withCause(failure).asRuntimeException();
    }
}
