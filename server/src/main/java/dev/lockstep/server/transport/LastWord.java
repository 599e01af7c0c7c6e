package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.ErrorCode;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

import java.util.concurrent.TimeUnit;

/** How a connection is closed so that the engine hears what was said last. */
final class LastWord {
    /** How long an engine may take to read it and close. */
    static final long TIMEOUT_MS = 5_000;

    private LastWord() {}

    static CoordinatorFrame refusal(ErrorCode code, String text) {
        CoordinatorFrame.Builder frame = CoordinatorFrame.newBuilder();
        frame.getErrorBuilder().setCode(code).setText(text);
        return frame.build();
    }

    /** Closing at once would cut a peer off that is writing, before it has read this. */
    static void send(Channel channel, CoordinatorFrame last) {
        channel.writeAndFlush(last).addListener(_ -> shutdownOutput(channel));
        var _ =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    var _ = channel.close();
                                },
                                TIMEOUT_MS,
                                TimeUnit.MILLISECONDS);
    }

    private static void shutdownOutput(Channel channel) {
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        } else {
            var _ = channel.close();
        }
    }
}
