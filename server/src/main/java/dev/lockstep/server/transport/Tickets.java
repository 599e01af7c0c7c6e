package dev.lockstep.server.transport;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Reconnect;
import dev.lockstep.server.run.ProtocolException;

import io.netty.channel.Channel;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The lines of engines that may come back, by what they show then: at most one for each place of
 * the runs in progress. Everything is called on the event loop.
 */
final class Tickets {
    private static final int TOKEN_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final Map<ByteString, ResumableLine> lines = new HashMap<>();
    private final Duration grace;

    /**
     * @param grace how long the place of an engine is kept whose connection broke; may be zero
     */
    Tickets(Duration grace) {
        this.grace = grace;
    }

    /** Returns whether places are kept at all. */
    boolean keepPlaces() {
        return grace.isPositive();
    }

    Duration grace() {
        return grace;
    }

    /** Returns a token for a line. */
    ByteString issue(ResumableLine line) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        ByteString issued = ByteString.copyFrom(token);
        lines.put(issued, line);
        return issued;
    }

    void withdraw(ByteString token) {
        lines.remove(token);
    }

    /**
     * Brings an engine back to its line.
     *
     * @throws ProtocolException if nobody waits for it, or it counts wrong
     */
    ResumableLine comeBack(Reconnect shown, Channel channel) throws ProtocolException {
        ResumableLine line = lines.get(shown.getToken());
        if (line == null) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_NO_SUCH_RUN,
                    "nobody waits for this engine: its run has ended, or it was away for more than %d ms"
                            .formatted(grace.toMillis()));
        }
        line.comeBack(channel, shown.getReceivedCount());
        return line;
    }
}
