package dev.lockstep.server.transport;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;

import java.nio.file.Path;

/** A way to the services of a coordinator. Thread-safe. */
public final class ControlClient implements AutoCloseable {
    /** Bytes of one answer. */
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final EventThread thread;
    private final ManagedChannel channel;

    private ControlClient(EventThread thread, ManagedChannel channel) {
        this.thread = thread;
        this.channel = channel;
    }

    /** Prepares to call the coordinator at {@code socket}; connects with the first call. */
    public static ControlClient of(Path socket) {
        EventThread thread = EventThread.start("lockstep-client");
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(thread.sockets().address().apply(socket))
                        .channelType(thread.sockets().clientChannel())
                        .eventLoopGroup(thread.loop())
                        // Set by default, and unknown to Unix sockets.
                        .withOption(ChannelOption.SO_KEEPALIVE, null)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .maxInboundMessageSize(MAX_ANSWER_BYTES)
                        .build();
        return new ControlClient(thread, channel);
    }

    /** Returns the channel for the stubs of the services. */
    public ManagedChannel channel() {
        return channel;
    }

    /** Cancels the calls in progress and closes the connection. */
    @Override
    public void close() {
        channel.shutdownNow();
        thread.close();
    }
}
