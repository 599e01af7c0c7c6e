package dev.lockstep.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;

import jdk.net.ExtendedSocketOptions;

import java.util.Map;
import java.util.function.Supplier;

/**
 * TCP sockets as this machine offers them to Netty.
 *
 * @param options of connections: how the kernel finds out that a peer is gone without a word
 */
record TcpSockets(
        Supplier<? extends ServerChannel> serverChannel,
        Map<ChannelOption<Integer>, Integer> options) {
    /**
     * When the kernel asks a silent peer whether it is there; then how often, and how many times.
     */
    private static final int KEEPALIVE_IDLE_S = 10;

    private static final int KEEPALIVE_INTERVAL_S = 5;
    private static final int KEEPALIVE_PROBES = 4;

    /** How long what was sent may remain without an answer of the peer's kernel. */
    private static final int UNANSWERED_MS = 30_000;

    static TcpSockets epoll() {
        return new TcpSockets(
                EpollServerSocketChannel::new,
                Map.of(
                        EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_S,
                        EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S,
                        EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES,
                        EpollChannelOption.TCP_USER_TIMEOUT, UNANSWERED_MS));
    }

    static TcpSockets nio() {
        return new TcpSockets(
                NioServerSocketChannel::new,
                Map.of(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_IDLE_S,
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                                KEEPALIVE_INTERVAL_S,
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
                                KEEPALIVE_PROBES));
    }

    /** Sets what listens, and the options of what connects to it. */
    ServerBootstrap configure(ServerBootstrap bootstrap) {
        bootstrap
                .channelFactory(serverChannel::get)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
        options.forEach(bootstrap::childOption);
        return bootstrap;
    }
}
