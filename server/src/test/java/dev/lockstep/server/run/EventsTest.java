package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/** What a run takes of the events of its engines. */
class EventsTest extends RunHarness {
    @Test
    void eventsGoToTheListenerInOrderAndAreCounted() throws ProtocolException {
        startWithEvents("interp", "recomp");
        send("interp", batch(event(1, 0), event(2, 0), event(1, 5)));
        send("recomp", batch(event(1, 7)));
        assertThat(emitted.get("interp")).containsExactly(event(1, 0), event(2, 0), event(1, 5));
        assertThat(emitted.get("recomp")).containsExactly(event(1, 7));
        finish();
        assertThat(report().engines()).extracting(EngineReport::events).containsExactly(3L, 1L);
    }

    @Test
    void whatCameRightBeforeTheHaltIsTakenToo() throws ProtocolException {
        startWithEvents("interp", "recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongDigest(3).batch(0, 20));
        assertThat(link("recomp").halted).isNotNull();
        send("recomp", batch(event(1, 0)));
        assertThat(emitted.get("recomp")).containsExactly(event(1, 0));
    }

    @Test
    void onlyAnEngineThatOffersEventsIsToTellThem() throws ProtocolException {
        startWithEvents("interp");
        assertThat(Objects.requireNonNull(link("interp").welcome).getEvents()).isTrue();
        assertThat(Objects.requireNonNull(link("recomp").welcome).getEvents()).isFalse();
        finish();
        assertThat(report().engines()).extracting(EngineReport::events).containsExactly(0L, null);
        assertThat(report().notes())
                .contains("engine \"recomp\" tells no events: there is no event log of it");
    }

    @Test
    void eventsThatNobodyAskedForBreakTheProtocol() throws ProtocolException {
        start("recomp");
        send("recomp", batch(event(1, 0)));
        assertRefused("EventBatch (expected: none, since Welcome.events is false)");
    }

    @Test
    void anIndexThatDoesNotRiseBreaksTheProtocol() throws ProtocolException {
        startWithEvents("interp", "recomp");
        send("recomp", batch(event(1, 4), event(2, 4)));
        send("recomp", batch(event(1, 4)));
        assertRefused("Event.index: 4 in thread 1 (expected: more than the 4 before it)");
    }

    @Test
    void aKindHas1To128Characters() throws ProtocolException {
        startWithEvents("interp", "recomp");
        send("interp", batch(event(1, 0).toBuilder().setKind("k".repeat(128)).build()));
        send("recomp", batch(event(1, 0).toBuilder().setKind("").build()));
        assertRefused("Event.kind: 0 characters (expected: 1 to 128)");
        assertThat(emitted).containsOnlyKeys("interp");
    }

    @Test
    void aPayloadHasAtMost64KiB() throws ProtocolException {
        startWithEvents("interp", "recomp");
        String longest = " ".repeat(Protocol.MAX_EVENT_PAYLOAD_BYTES);
        send("interp", batch(event(1, 0).toBuilder().setPayload(longest).build()));
        send("recomp", batch(event(1, 0).toBuilder().setPayload(longest + " ").build()));
        assertRefused("Event.payload of k: 65537 bytes (expected: at most 65536)");
    }

    @Test
    void aBatchHasAtMostOneMiB() throws ProtocolException {
        startWithEvents("interp", "recomp");
        String payload = " ".repeat(Protocol.MAX_EVENT_PAYLOAD_BYTES);
        Event[] events =
                LongStream.range(0, 17)
                        .mapToObj(i -> event(1, i).toBuilder().setPayload(payload).build())
                        .toArray(Event[]::new);
        send("recomp", batch(events));
        assertThat(link("recomp").text).startsWith("EventBatch: 1114").contains("at most 1048576");
    }

    @Test
    void aGuestHasAtMost65536Threads() throws ProtocolException {
        startWithEvents("interp", "recomp");
        Event[] events =
                LongStream.rangeClosed(0, Bounds.EVENT_THREADS)
                        .mapToObj(tid -> event(tid, 0))
                        .toArray(Event[]::new);
        send("recomp", batch(events));
        assertRefused("Event.tid: 65536 is one thread more than 65536 (expected: no more)");
    }

    private void startWithEvents(String... emitting) throws ProtocolException {
        events = true;
        create("recomp");
        for (String engine : List.of("interp", "recomp")) {
            join(hello(engine).setEmitsEvents(List.of(emitting).contains(engine)));
        }
    }

    private void finish() {
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 20, 40));
            send(engine, guest.end());
        }
        goodbyeAll();
    }

    private void assertRefused(String text) {
        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        assertThat(link("recomp").text).isEqualTo(text);
    }

    private static EventBatch batch(Event... events) {
        return EventBatch.newBuilder().addAllEvents(List.of(events)).build();
    }

    private static Event event(long tid, long index) {
        return Event.newBuilder().setTid(tid).setIndex(index).setKind("k").setPayload("{}").build();
    }
}
