package dev.lockstep.server.transport;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

import java.util.function.LongSupplier;

/**
 * Waits for events of sockets at first without sleep. In a strict run the next event is a few
 * microseconds away, and to wake a thread, and the processor it slept on, takes many times that.
 *
 * <p>Of one event loop. Whoever has something to do gets the processor in between.
 */
final class YieldThenSelect implements SelectStrategy {
    /** How long after an event another one is waited for like this. */
    private static final long YIELD_NS = 200_000;

    private final LongSupplier nanoTime;
    private long lastEventNs;

    YieldThenSelect() {
        this(System::nanoTime);
    }

    YieldThenSelect(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        lastEventNs = nanoTime.getAsLong();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // Only speed depends on who gets the processor.
    public int calculateStrategy(IntSupplier selector, boolean hasTasks) throws Exception {
        int events = selector.get();
        if (events > 0 || hasTasks) {
            lastEventNs = nanoTime.getAsLong();
            return events;
        }
        if (nanoTime.getAsLong() - lastEventNs > YIELD_NS) {
            return SELECT;
        }
        Thread.yield();
        return CONTINUE;
    }
}
