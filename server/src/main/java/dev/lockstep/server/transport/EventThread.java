package dev.lockstep.server.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** One thread that serves sockets and, in between, does what it is given. Thread-safe. */
public final class EventThread implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventThread.class);
    private static final long SHUTDOWN_TIMEOUT_MS = 2_000;

    private final String name;
    private final DomainSockets sockets;
    private final EventLoopGroup loop;

    private EventThread(String name, DomainSockets sockets) {
        this.name = name;
        this.sockets = sockets;
        loop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory(name, true), sockets.ioHandlerFactory());
    }

    /** Starts a thread. */
    public static EventThread start(String name) {
        return start(name, DomainSockets.ofThisMachine());
    }

    static EventThread start(String name, DomainSockets sockets) {
        return new EventThread(name, sockets);
    }

    /** Runs {@code task} on the thread, soon; not at all once the thread was closed. */
    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: came too late for a task", name, e);
        }
    }

    /** Runs {@code task} on the thread again and again. */
    public void repeat(Runnable task, long intervalMs) {
        var _ =
                loop.scheduleAtFixedRate(
                        () -> guarded(task), intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    DomainSockets sockets() {
        return sockets;
    }

    EventLoopGroup loop() {
        return loop;
    }

    /** Closes all connections and ends the thread. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // The top of the thread: were this to pass, what repeats would end unseen.
            LOG.error("{}: a task failed", name, e);
        }
    }
}
