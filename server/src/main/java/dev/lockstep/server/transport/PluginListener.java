package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunRegistry;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

import java.nio.file.Path;

/** Waits at a Unix socket for one lockstep plugin of QEMU, and brings it to a run. Thread-safe. */
public final class PluginListener implements AutoCloseable {
    /** What a plugin may leave unread before its peer is read no more. */
    private static final WriteBufferWaterMark UNREAD_BYTES = new WriteBufferWaterMark(1024, 4096);

    private final UnixListener listener;

    private PluginListener(UnixListener listener) {
        this.listener = listener;
    }

    /**
     * Starts to listen.
     *
     * @param thread the thread of the runs
     * @param registry used on that thread only
     * @param hello what to say for the plugin, which says nothing
     * @throws ConfigException if the socket cannot be created
     */
    public static PluginListener open(
            SocketDirectory directory,
            EventThread thread,
            RunRegistry registry,
            Hello hello,
            Arrival arrival) {
        ServerBootstrap plugins =
                new ServerBootstrap()
                        // Nothing is heard of a plugin before the run has all its engines.
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES)
                        .childHandler(plugin(registry, hello, arrival));
        Path socket = directory.newPluginSocket();
        return new PluginListener(UnixListener.open(socket, thread, plugins));
    }

    /** Returns the path the plugin connects to. */
    public Path socket() {
        return listener.socket();
    }

    /** Listens no more and removes the socket; a plugin that is connected stays. */
    @Override
    public void close() {
        listener.close();
    }

    private static ChannelHandler plugin(RunRegistry registry, Hello hello, Arrival arrival) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                if (channel.parent().isOpen()) {
                    channel.pipeline().addLast(new PluginPeer(channel, registry, hello, arrival));
                    var _ = channel.parent().close(); // One is all that is awaited.
                } else {
                    var _ = channel.close(); // It came at the same time as that one.
                }
            }
        };
    }
}
