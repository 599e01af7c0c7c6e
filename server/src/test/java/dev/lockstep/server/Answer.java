package dev.lockstep.server;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The only message that answers a call. */
final class Answer<M> implements StreamObserver<M> {
    private final CompletableFuture<M> message = new CompletableFuture<>();

    /**
     * Waits for it.
     *
     * @throws StatusRuntimeException if the call failed
     */
    M get() {
        try {
            return message.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StatusRuntimeException status ? status : e;
        }
    }

    @Override
    public void onNext(M value) {
        message.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
        message.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
        // The message has come.
    }
}
