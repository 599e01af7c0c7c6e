package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunRegistry;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/** Listens for engines on a Unix socket and lends its one thread to the runs. Thread-safe. */
public final class EngineListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineListener.class);

    /** Name of the socket in its runtime directory. */
    public static final String SOCKET_NAME = "engine.sock";

    private static final long TICK_MS = 200;
    private static final long SHUTDOWN_TIMEOUT_MS = 2_000;

    private final Path socket;
    private final EventLoopGroup loop;
    private final Channel server;

    private EngineListener(Path socket, EventLoopGroup loop, Channel server) {
        this.socket = socket;
        this.loop = loop;
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param runtimeDirectory holds the socket; created with mode 0700 when missing
     * @param registry used on the listener's thread only, from now on
     * @throws ConfigException if the path is too long, in use, or cannot be created
     */
    public static EngineListener open(Path runtimeDirectory, RunRegistry registry) {
        return open(runtimeDirectory, registry, DomainSockets.ofThisMachine());
    }

    static EngineListener open(Path runtimeDirectory, RunRegistry registry, DomainSockets sockets) {
        Path socket = runtimeDirectory.resolve(SOCKET_NAME);
        SocketFile.prepare(runtimeDirectory, socket);
        EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("lockstep-coordinator", true),
                        sockets.ioHandlerFactory());
        try {
            Channel server = bind(socket, registry, sockets, loop);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            EngineListener listener = new EngineListener(socket, loop, server);
            var _ =
                    loop.scheduleAtFixedRate(
                            () -> listener.guarded(registry::tick),
                            TICK_MS,
                            TICK_MS,
                            TimeUnit.MILLISECONDS);
            return listener;
        } catch (IOException e) {
            stop(loop);
            throw new ConfigException("cannot listen at " + socket + ": " + e.getMessage(), e);
        }
    }

    /**
     * Removes what a listener left behind that died: its socket, and the directory if that was all.
     */
    public static void removeLeftovers(Path runtimeDirectory) {
        try {
            if (SocketFile.removeIfDead(runtimeDirectory.resolve(SOCKET_NAME))) {
                Files.deleteIfExists(runtimeDirectory);
            }
        } catch (IOException e) {
            LOG.info("left alone {}: {}", runtimeDirectory, e.toString());
        }
    }

    /** Returns the path engines connect to. */
    public Path socket() {
        return socket;
    }

    /** Runs {@code task} on the thread of the runs, soon. */
    public void execute(Runnable task) {
        loop.execute(() -> guarded(task));
    }

    /** Closes all connections, stops the thread and removes the socket. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
        stop(loop);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", socket, e.toString());
        }
    }

    private static Channel bind(
            Path socket, RunRegistry registry, DomainSockets sockets, EventLoopGroup loop)
            throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(sockets.serverChannel())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) throws IOException {
                                        initialize(channel, registry, sockets, socket);
                                    }
                                })
                        .bind(sockets.address().apply(socket))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        return bound.channel();
    }

    private static void initialize(
            Channel channel, RunRegistry registry, DomainSockets sockets, Path socket)
            throws IOException {
        if (!sockets.peerCheck().sameUser(channel, socket)) {
            LOG.warn("{}: closed a connection of another user", socket);
            var _ = channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new EngineFrameDecoder())
                .addLast(new CoordinatorFrameEncoder())
                .addLast(new EngineAdapter(registry));
    }

    private static void stop(EventLoopGroup loop) {
        loop.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }

    /** The top of the runs' thread: a task that fails must not end the ones that repeat. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // The top of the runs' thread: were this to pass, the watchdog would end unseen.
            LOG.error("{}: a task failed", socket, e);
        }
    }
}
