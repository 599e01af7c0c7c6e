package dev.lockstep.server.control;

import com.google.protobuf.MessageLite;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a client sends, part by part. The thread of the services hands over what comes; the thread
 * that answers the call asks for it.
 */
final class Upload<P extends MessageLite> implements StreamObserver<P> {
    /** One part is asked for at a time; behind the last comes the end. */
    private static final int QUEUE_CAPACITY = 2;

    /** Takes what comes, one part after the other. */
    interface Taker<P> {
        /** Takes the next part. */
        void take(P part) throws IOException;
    }

    private final ServerCallStreamObserver<?> client;
    private final UploadPace pace = new UploadPace();

    /** An empty one is the end. */
    private final BlockingQueue<Optional<P>> parts = new ArrayBlockingQueue<>(QUEUE_CAPACITY);

    /** Prepares to receive; to be created before the method of the service returns. */
    Upload(StreamObserver<?> caller) {
        client = (ServerCallStreamObserver<?>) caller;
        client.disableAutoRequest();
    }

    @Override
    public void onNext(P part) {
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

    /**
     * Waits for the first part, which has the options.
     *
     * @throws IllegalArgumentException if it has none
     */
    <O> O options(Predicate<P> hasOptions, Function<P, O> options) throws InterruptedException {
        return next().filter(hasOptions)
                .map(options)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "part: no options (expected: in the first message)"));
    }

    /** Waits for all further parts. */
    void forEach(Taker<P> taker) throws IOException, InterruptedException {
        for (Optional<P> part = next(); part.isPresent(); part = next()) {
            taker.take(part.get());
        }
    }

    /** Returns what to tell a client whose part belongs to neither side. */
    static IllegalArgumentException ofNoSide(Enum<?> part) {
        return new IllegalArgumentException(
                "part: %s (expected: reference or subject after the first message)"
                        .formatted(part));
    }

    /**
     * Waits for the next part; nothing when all have come.
     *
     * @throws io.grpc.StatusRuntimeException DEADLINE_EXCEEDED if the client is too slow
     */
    Optional<P> next() throws InterruptedException {
        client.request(1);
        long startNanos = System.nanoTime();
        Optional<P> next = parts.poll(pace.patienceNanos(), TimeUnit.NANOSECONDS);
        pace.waited(System.nanoTime() - startNanos);
        if (next == null) {
            throw Status.DEADLINE_EXCEEDED.withDescription(pace.demand()).asRuntimeException();
        }
        next.ifPresent(part -> pace.received(part.getSerializedSize()));
        return next;
    }
}
