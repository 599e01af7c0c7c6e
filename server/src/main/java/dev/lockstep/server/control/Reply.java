package dev.lockstep.server.control;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunRefusedException;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers calls: what a future brings, or a status that says why not. */
final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

    private final Executor thread;

    /**
     * Creates the way to answer.
     *
     * @param thread the thread of the services, where answers are put together
     */
    Reply(Executor thread) {
        this.thread = thread;
    }

    /** Answers with what {@code message} makes of the outcome of {@code call}. */
    <T, M> void send(
            StreamObserver<M> caller, Supplier<CompletableFuture<T>> call, Function<T, M> message) {
        CompletableFuture<T> outcome;
        try {
            outcome = call.get();
        } catch (IllegalArgumentException | StatusRuntimeException e) {
            caller.onError(status(e));
            return;
        }
        var _ =
                outcome.thenApplyAsync(message, thread)
                        .whenCompleteAsync(
                                (answer, failure) -> {
                                    if (failure == null) {
                                        caller.onNext(answer);
                                        caller.onCompleted();
                                    } else {
                                        caller.onError(status(failure));
                                    }
                                },
                                thread);
    }

    /** Returns the status of a run that the coordinator does not know. */
    static StatusRuntimeException noRun(String name) {
        return Status.NOT_FOUND
                .withDescription("no run \"" + name + "\"; ListRuns names those there are")
                .asRuntimeException();
    }

    static StatusRuntimeException status(Throwable failure) {
        return switch (failure) {
            case CompletionException e when e.getCause() != null -> status(e.getCause());
            case StatusRuntimeException e -> e;
            case IllegalArgumentException e -> told(Status.INVALID_ARGUMENT, e);
            case RunRefusedException e -> told(statusOf(e.reason()), e);
            case ConfigException e -> told(Status.UNAVAILABLE, e);
            default -> {
                LOG.error("a call failed", failure);
                yield told(Status.INTERNAL, failure);
            }
        };
    }

    private static Status statusOf(RunRefusedException.Reason reason) {
        return switch (reason) {
            case NAME_TAKEN -> Status.ALREADY_EXISTS;
            case TOO_MANY -> Status.RESOURCE_EXHAUSTED;
            case CLOSED -> Status.UNAVAILABLE;
        };
    }

    private static StatusRuntimeException told(Status status, Throwable failure) {
        return status.withDescription(failure.getMessage()).withCause(failure).asRuntimeException();
    }
}
