package dev.lockstep.server.control;

import io.grpc.Status;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Threads for calls of one kind, one for each, since they wait for disks and clients. At the bound
 * a call is refused.
 */
final class CallThreads {
    private final String kind;
    private final int most;
    private final Semaphore places;

    /**
     * @param kind of the calls, for people
     * @param most how many there may be at a time
     */
    CallThreads(String kind, int most) {
        this.kind = kind;
        this.most = most;
        places = new Semaphore(most);
    }

    /**
     * Starts a thread.
     *
     * @param task returns what tells the client how it ended. By then its place is free, so that
     *     the client's next call finds it.
     * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED
     */
    Thread start(Supplier<Runnable> task) {
        if (!places.tryAcquire()) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "%d calls of %s at a time (expected: at most that many); try again when one has ended"
                                    .formatted(most, kind))
                    .asRuntimeException();
        }
        boolean started = false;
        try {
            Thread thread =
                    Thread.ofPlatform().daemon().name("lockstep-call").start(() -> run(task));
            started = true;
            return thread;
        } finally {
            if (!started) {
                places.release();
            }
        }
    }

    private void run(Supplier<Runnable> task) {
        Runnable end;
        try {
            end = task.get();
        } finally {
            places.release();
        }
        end.run();
    }
}
