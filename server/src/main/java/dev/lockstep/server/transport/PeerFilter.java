package dev.lockstep.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;

/** Stands before a listening socket and turns away whoever is not its owner. */
final class PeerFilter extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PeerFilter.class);

    private final DomainSockets.PeerCheck check;
    private final Path socket;

    PeerFilter(DomainSockets.PeerCheck check, Path socket) {
        this.check = check;
        this.socket = socket;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) throws IOException {
        Channel connection = (Channel) accepted;
        boolean admitted = false;
        try {
            admitted = check.sameUser(connection, socket);
        } finally {
            if (!admitted) {
                // It belongs to no event loop yet, so there is none to close it.
                connection.unsafe().closeForcibly();
            }
        }
        if (admitted) {
            ctx.fireChannelRead(connection);
        } else {
            LOG.warn("{}: closed a connection of another user", socket);
        }
    }
}
