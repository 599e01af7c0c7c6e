package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunRegistry;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Listens for engines on a Unix socket and brings them to the runs. Thread-safe. */
public final class EngineListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineListener.class);

    private final Path socket;
    private final Channel server;

    private EngineListener(Path socket, Channel server) {
        this.socket = socket;
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param thread the thread of the runs
     * @param registry used on that thread only
     * @throws ConfigException if the socket cannot be created
     */
    public static EngineListener open(
            SocketDirectory directory, EventThread thread, RunRegistry registry) {
        Path socket = directory.resolve(SocketDirectory.ENGINE_SOCKET);
        try {
            Channel server = bind(socket, thread, registry);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return new EngineListener(socket, server);
        } catch (IOException e) {
            throw new ConfigException("cannot listen at " + socket + ": " + e.getMessage(), e);
        }
    }

    /** Returns the path engines connect to. */
    public Path socket() {
        return socket;
    }

    /** Listens no more and removes the socket. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", socket, e.toString());
        }
    }

    private static Channel bind(Path socket, EventThread thread, RunRegistry registry)
            throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(thread.loop())
                        .channelFactory(thread.sockets().serverChannels(socket))
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        initialize(channel, registry);
                                    }
                                })
                        .bind(thread.sockets().address().apply(socket))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        return bound.channel();
    }

    private static void initialize(Channel channel, RunRegistry registry) {
        channel.pipeline()
                .addLast(new EngineFrameDecoder())
                .addLast(new CoordinatorFrameEncoder())
                .addLast(new EngineAdapter(registry));
    }
}
