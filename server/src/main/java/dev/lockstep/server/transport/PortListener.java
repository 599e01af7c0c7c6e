package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Listens for engines at a port and brings them to the runs. Thread-safe. */
public final class PortListener implements AutoCloseable {
    private final Channel server;

    private PortListener(Channel server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param thread the thread of the runs
     * @throws ConfigException if it cannot listen there, or the files for TLS cannot be used
     */
    public static PortListener open(
            TcpEndpoint endpoint, EventThread thread, EngineReception reception) {
        Optional<SslContext> tls = endpoint.tls().map(TlsIdentity::context);
        ServerBootstrap bootstrap =
                thread.sockets()
                        .tcp()
                        .configure(new ServerBootstrap().group(thread.loop()))
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        tls.ifPresent(context ->
                                                channel.pipeline().addLast(new TlsDoor(context)));
                                        reception.receive(channel);
                                    }
                                });
        ChannelFuture bound = bootstrap.bind(endpoint.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new ConfigException(
                    "cannot listen at %s: %s"
                            .formatted(endpoint.address(), bound.cause().getMessage()),
                    bound.cause());
        }
        return new PortListener(bound.channel());
    }

    /** Returns where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Listens no more. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
    }
}
