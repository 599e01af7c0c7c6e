package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** When events leave an engine, over a real socket. */
class EventsIT extends SessionHarness {
    @Test
    void eventsAreWantedOnlyIfTheCoordinatorSaysSo() throws Exception {
        EngineSession session = start(Role.ROLE_SUBJECT, 10, 0);
        assertThat(session.wantsEvents()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> session.emit(event(0)));
    }

    @Test
    void youngEventsDoNotTravelWithEveryRecord() throws Exception {
        EngineSession session = startWithEvents();
        session.emit(event(0));
        addRecords(session, 1);
        session.flush();
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
    }

    @Test
    void anEventThatHasWaitedTravelsBeforeTheNextRecords() throws Exception {
        EngineSession session = startWithEvents();
        session.emit(event(0));
        Thread.sleep(60);
        addRecords(session, 1);
        session.flush();
        assertThat(events(coordinator.receive())).containsExactly(event(0));
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
    }

    @Test
    void eventsTravelBeforeTheEngineWaits() throws Exception {
        EngineSession session = startWithEvents();
        session.emit(event(0));
        session.emit(event(1));
        addRecords(session, 4);
        Future<?> flush = engineThread.submit(session::flush);
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
        assertThat(events(coordinator.receive())).containsExactly(event(0), event(1));
        coordinator.grant(8, 0);
        flush.get(10, SECONDS);
    }

    @Test
    void eventsTravelBeforeALongCallOfTheHost() throws Exception {
        EngineSession session = startWithEvents();
        session.emit(event(0));
        session.enterHostCall(63, 0);
        assertThat(events(coordinator.receive())).containsExactly(event(0));
        assertThat(coordinator.receive().getHeartbeat().getHostCall()).isEqualTo(63);
    }

    @Test
    void eventsTravelBeforeTheGuestsEndAndBeforeGoodbye() throws Exception {
        EngineSession session = startWithEvents();
        session.emit(event(0));
        Future<?> end = engineThread.submit(() -> session.end(GuestEnd.getDefaultInstance()));
        assertThat(events(coordinator.receive())).containsExactly(event(0));
        assertThat(coordinator.receive().hasGuestEnd()).isTrue();
        session.emit(event(1));
        session.goodbye(Goodbye.getDefaultInstance());
        assertThat(events(coordinator.receive())).containsExactly(event(1));
        assertThat(coordinator.receive().hasGoodbye()).isTrue();
        coordinator.hangUp();
        assertThat(end).isNotCancelled();
    }

    @Test
    void noBatchIsLargerThanItMayBe() throws Exception {
        EngineSession session = startWithEvents();
        String payload = "{\"a\":\"" + "b".repeat(Protocol.MAX_EVENT_PAYLOAD_BYTES - 8) + "\"}";
        Future<?> emission =
                engineThread.submit(() ->
                        IntStream.range(0, 40)
                                .mapToObj(i -> event(i).toBuilder().setPayload(payload).build())
                                .forEach(session::emit));
        int received = 0;
        while (received < 40) {
            EngineFrame frame = coordinator.receive();
            received += frame.getEventBatch().getEventsCount();
            assertThat(frame.getEventBatch().getSerializedSize())
                    .isBetween(1, Protocol.MAX_EVENT_BATCH_BYTES);
        }
        emission.get(10, SECONDS);
    }

    private EngineSession startWithEvents() throws Exception {
        Future<EngineSession> joining = join(Role.ROLE_SUBJECT);
        coordinator.accept();
        coordinator.receive();
        coordinator.welcome(true, 4);
        return joining.get(10, SECONDS);
    }

    private static List<Event> events(EngineFrame frame) {
        return frame.getEventBatch().getEventsList();
    }

    private static Event event(long index) {
        return Event.newBuilder().setTid(1).setIndex(index).setKind("k").setPayload("{}").build();
    }
}
