package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.ErrorCode;

import io.netty.channel.Channel;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The connections of a coordinator that have no place in a run, those that come and those that were
 * refused. An engine says Hello as soon as it is connected, so where there are too many, the one
 * that has been there for longest has to go. Everything is called on the event loop.
 */
final class Strangers {
    /** Connections at a time. One more pushes the oldest out. */
    static final int MAX_CONNECTIONS = 256;

    /** Bytes of half a Hello that are held, of all together. More push the oldest out. */
    static final long MAX_HELD_BYTES = 32 << 20;

    /** Bytes held of each, the oldest first. */
    private final Map<Channel, Integer> connections = new LinkedHashMap<>();

    private long heldBytes;

    void enter(Channel newcomer) {
        connections.put(newcomer, 0);
        if (connections.size() > MAX_CONNECTIONS) {
            pushOut(
                    oldestBut(newcomer),
                    "%d connections have no place yet (expected: at most %d, and a Hello at once); try again"
                            .formatted(connections.size(), MAX_CONNECTIONS));
        }
    }

    /** Takes note how much is held of what one has sent. */
    void hold(Channel one, int bytes) {
        Integer before = connections.replace(one, bytes);
        if (before == null) {
            return;
        }
        heldBytes += bytes - before;
        while (heldBytes > MAX_HELD_BYTES && connections.size() > 1) {
            pushOut(
                    oldestBut(one),
                    "%d bytes wait for the rest of a Hello (expected: at most %d); try again"
                            .formatted(heldBytes, MAX_HELD_BYTES));
        }
    }

    void leave(Channel one) {
        Integer held = connections.remove(one);
        if (held != null) {
            heldBytes -= held;
        }
    }

    private Channel oldestBut(Channel newest) {
        return connections.keySet().stream()
                .filter(channel -> !channel.equals(newest))
                .findFirst()
                .orElseThrow();
    }

    /** Closes at once: what waited until it has read why would not make room. */
    private void pushOut(Channel oldest, String why) {
        leave(oldest);
        var _ =
                oldest.writeAndFlush(
                        LastWord.refusal(ErrorCode.ERROR_CODE_NO_ROOM, why), oldest.voidPromise());
        var _ = oldest.close();
    }
}
