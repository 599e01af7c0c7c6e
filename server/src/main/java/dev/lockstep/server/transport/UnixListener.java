package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

import java.nio.file.Path;

/** A Unix socket of this user's alone that somebody listens at. Thread-safe. */
final class UnixListener implements AutoCloseable {
    private final Path socket;
    private final Channel server;

    private UnixListener(Path socket, Channel server) {
        this.socket = socket;
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param socket a path where nothing is
     * @param thread serves the connections
     * @param children what is done with each of them
     * @throws ConfigException if the socket cannot be created
     */
    static UnixListener open(Path socket, EventThread thread, ServerBootstrap children) {
        ChannelFuture bound =
                children.group(thread.loop())
                        .channelFactory(thread.sockets().serverChannels(socket))
                        .bind(thread.sockets().address().apply(socket))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw SocketFile.cannotListen(socket, bound.cause());
        }
        SocketFile.makePrivate(socket);
        return new UnixListener(socket, bound.channel());
    }

    /** Returns the path to connect to. */
    Path socket() {
        return socket;
    }

    /** Listens no more and removes the socket; who is connected stays so. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
        SocketFile.remove(socket);
    }
}
