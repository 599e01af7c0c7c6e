package dev.lockstep.server.transport;

import dev.lockstep.server.run.ConfigException;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

import java.nio.file.Path;

/** Listens for engines on a Unix socket and brings them to the runs. Thread-safe. */
public final class EngineListener implements AutoCloseable {
    private final UnixListener listener;

    private EngineListener(UnixListener listener) {
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @param thread the thread of the runs
     * @param reception used on that thread only
     * @throws ConfigException if the socket cannot be created
     */
    public static EngineListener open(
            SocketDirectory directory, EventThread thread, EngineReception reception) {
        ServerBootstrap engines =
                new ServerBootstrap()
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        reception.receive(channel);
                                    }
                                });
        Path socket = directory.resolve(SocketDirectory.ENGINE_SOCKET);
        return new EngineListener(UnixListener.open(socket, thread, engines));
    }

    /** Returns the path engines connect to. */
    public Path socket() {
        return listener.socket();
    }

    /** Listens no more and removes the socket. */
    @Override
    public void close() {
        listener.close();
    }
}
