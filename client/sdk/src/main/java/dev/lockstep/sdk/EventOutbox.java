package dev.lockstep.sdk;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Events that wait to be sent together. Thread-safe: the engine's thread fills it, whoever says
 * goodbye empties it.
 */
final class EventOutbox {
    /** Bytes at which a batch is full. With one more event it stays below what a batch may have. */
    private static final int FULL_BYTES = 128 << 10;

    /** How long an event may wait while the engine has other things to send. */
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private EventBatch.Builder batch = EventBatch.newBuilder();
    private int bytes;
    private long firstNanos;

    /** Adds an event; returns whether the batch is to be sent, however young it is. */
    synchronized boolean add(Event event) {
        if (bytes == 0) {
            firstNanos = System.nanoTime();
        }
        batch.addEvents(event);
        bytes += event.getSerializedSize();
        return bytes >= FULL_BYTES;
    }

    /** Returns whether an event has waited for long enough. */
    synchronized boolean isDue() {
        return bytes > 0 && System.nanoTime() - firstNanos >= PATIENCE_NS;
    }

    /** Takes all that waits, if anything does. */
    synchronized Optional<EventBatch> take() {
        if (bytes == 0) {
            return Optional.empty();
        }
        EventBatch taken = batch.build();
        batch = EventBatch.newBuilder();
        bytes = 0;
        return Optional.of(taken);
    }
}
