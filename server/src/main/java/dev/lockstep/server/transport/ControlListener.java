package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;

/** Offers gRPC services on a Unix socket. One thread serves all calls, so none may block. */
public final class ControlListener implements AutoCloseable {
    /** Held here, since a logger that nobody holds forgets its level. */
    private static final java.util.logging.Logger GRPC_LOG =
            java.util.logging.Logger.getLogger("io.grpc");

    /** Calls of one connection at a time. Further ones wait at the client. */
    private static final int CONCURRENT_CALLS = 128;

    /**
     * Bytes of one request: a MiB of somebody's and what is around it. More: RESOURCE_EXHAUSTED.
     */
    private static final int MAX_REQUEST_BYTES = (1 << 20) + (64 << 10);

    /** How long calls in progress may take to end when the listener closes. */
    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final Path socket;
    private final Server server;

    private ControlListener(Path socket, Server server) {
        this.socket = socket;
        this.server = server;
    }

    /**
     * Starts to serve.
     *
     * @param thread serves the calls
     * @throws ConfigException if the socket cannot be created
     */
    public static ControlListener open(
            SocketDirectory directory, EventThread thread, List<BindableService> services) {
        // A client that goes away in the middle of an answer is no news and no stack trace.
        GRPC_LOG.setLevel(Level.SEVERE);
        Path socket = directory.resolve(SocketDirectory.CONTROL_SOCKET);
        try {
            Server server = server(socket, thread, services).start();
            SocketFile.makePrivate(socket);
            return new ControlListener(socket, server);
        } catch (IOException e) {
            throw SocketFile.cannotListen(socket, e);
        }
    }

    /** Returns the path clients connect to. */
    public Path socket() {
        return socket;
    }

    /** Lets calls in progress end, for a moment; then closes all connections. */
    @Override
    public void close() {
        try {
            if (!server.shutdown().awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                server.shutdownNow().awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        SocketFile.remove(socket);
    }

    private static Server server(Path socket, EventThread thread, List<BindableService> services) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(thread.sockets().address().apply(socket))
                        .channelFactory(thread.sockets().serverChannels(socket))
                        .bossEventLoopGroup(thread.loop())
                        .workerEventLoopGroup(thread.loop())
                        .directExecutor()
                        // Set by default, and unknown to Unix sockets.
                        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                        .maxConcurrentCallsPerConnection(CONCURRENT_CALLS)
                        .maxInboundMessageSize(MAX_REQUEST_BYTES);
        services.forEach(builder::addService);
        return builder.build();
    }
}
