package dev.lockstep.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;

import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Unix sockets as this machine offers them to Netty.
 *
 * @param address makes the address of a path
 * @param peerCheck tells whether the other end belongs to the owner of a file
 * @param tcp the other sockets that the same event loops serve
 */
record DomainSockets(
        IoHandlerFactory ioHandlerFactory,
        Supplier<? extends ServerChannel> serverChannel,
        Class<? extends Channel> clientChannel,
        Function<Path, SocketAddress> address,
        PeerCheck peerCheck,
        TcpSockets tcp) {
    /** How many events are taken at once: as many as turn out to be there. */
    private static final int GROWING = 0;

    /** Compares the user at the other end of a connection with the owner of a file. */
    interface PeerCheck {
        boolean sameUser(Channel channel, Path own) throws IOException;
    }

    static DomainSockets ofThisMachine() {
        return Epoll.isAvailable() ? epoll() : nio();
    }

    static DomainSockets epoll() {
        return new DomainSockets(
                EpollIoHandler.newFactory(GROWING, YieldThenSelect::new),
                EpollServerDomainSocketChannel::new,
                EpollDomainSocketChannel.class,
                path -> new DomainSocketAddress(path.toFile()),
                (channel, own) ->
                        ((EpollDomainSocketChannel) channel).peerCredentials().uid()
                                == (int) Files.getAttribute(own, "unix:uid"),
                TcpSockets.epoll());
    }

    static DomainSockets nio() {
        return new DomainSockets(
                NioIoHandler.newFactory(SelectorProvider.provider(), YieldThenSelect::new),
                NioServerDomainSocketChannel::new,
                NioDomainSocketChannel.class,
                UnixDomainSocketAddress::of,
                (channel, own) -> {
                    UnixDomainPrincipal peer =
                            channel.config()
                                    .getOption(
                                            NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
                    return peer.user().equals(Files.getOwner(own));
                },
                TcpSockets.nio());
    }

    /** Returns what makes channels that listen at {@code socket}, for its owner alone. */
    ChannelFactory<ServerChannel> serverChannels(Path socket) {
        return () -> {
            ServerChannel channel = serverChannel.get();
            channel.pipeline().addLast(new PeerFilter(peerCheck, socket));
            return channel;
        };
    }
}
