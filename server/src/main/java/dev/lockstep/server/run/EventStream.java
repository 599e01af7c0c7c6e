package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** Holds the events of one engine to docs/protocol.md, "Events", and counts them. */
final class EventStream {
    private final Map<Long, Long> lastIndexByThread = new HashMap<>();
    private boolean wanted;
    private long count;

    /** From now on the engine is to tell events. */
    void want() {
        wanted = true;
    }

    /** Returns how many events have come; null if the engine is to tell none. */
    @Nullable Long count() {
        return wanted ? (Long) count : null;
    }

    /** Checks a batch, but for what is in its payloads, and counts what is in it. */
    void take(EventBatch batch) throws ProtocolException {
        if (!wanted) {
            throw ProtocolException.badFrame(
                    "EventBatch (expected: none, since Welcome.events is false)");
        }
        if (batch.getSerializedSize() > Protocol.MAX_EVENT_BATCH_BYTES) {
            throw ProtocolException.badFrame(
                    "EventBatch: %d bytes (expected: at most %d)"
                            .formatted(batch.getSerializedSize(), Protocol.MAX_EVENT_BATCH_BYTES));
        }
        for (Event event : batch.getEventsList()) {
            check(event);
        }
        count += batch.getEventsCount();
    }

    private void check(Event event) throws ProtocolException {
        int characters = event.getKind().length();
        if (characters < 1 || characters > Protocol.MAX_EVENT_KIND_CHARACTERS) {
            throw ProtocolException.badFrame(
                    "Event.kind: %d characters (expected: 1 to %d)"
                            .formatted(characters, Protocol.MAX_EVENT_KIND_CHARACTERS));
        }
        int bytes = event.getPayloadBytes().size();
        if (bytes > Protocol.MAX_EVENT_PAYLOAD_BYTES) {
            throw ProtocolException.badFrame(
                    "Event.payload of %s: %d bytes (expected: at most %d)"
                            .formatted(
                                    Excerpt.ofName(event.getKind()),
                                    bytes,
                                    Protocol.MAX_EVENT_PAYLOAD_BYTES));
        }
        checkRises(event);
    }

    private void checkRises(Event event) throws ProtocolException {
        Long last = lastIndexByThread.put(event.getTid(), event.getIndex());
        if (last != null && event.getIndex() <= last) {
            throw ProtocolException.badFrame(
                    "Event.index: %d in thread %d (expected: more than the %d before it)"
                            .formatted(event.getIndex(), event.getTid(), last));
        }
        if (lastIndexByThread.size() > Bounds.EVENT_THREADS) {
            throw ProtocolException.badFrame(
                    "Event.tid: %d is one thread more than %d (expected: no more)"
                            .formatted(event.getTid(), Bounds.EVENT_THREADS));
        }
    }
}
