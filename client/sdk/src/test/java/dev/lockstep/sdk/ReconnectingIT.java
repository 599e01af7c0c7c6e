package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Ack;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Error;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Reconnect;
import dev.lockstep.proto.v1.Reconnected;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Ticket;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Connections that break, as the engine's side sees them. */
class ReconnectingIT extends SessionHarness {
    private static final ByteString TOKEN = ByteString.copyFromUtf8("sixteen bytes...");

    /** Starts a session with a ticket, with credit for two records. */
    private EngineSession startWithTicket(long graceMs) throws Exception {
        Future<EngineSession> joining = join(Role.ROLE_SUBJECT);
        coordinator.accept();
        assertThat(coordinator.receive().getHello().getReconnects()).isTrue();
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setTicket(Ticket.newBuilder().setToken(TOKEN).setGraceMs(graceMs)));
        coordinator.welcome(false, 2);
        return joining.get(10, SECONDS);
    }

    @Test
    void whatTheCoordinatorLacksComesAgainAndNothingElse() throws Exception {
        EngineSession session = startWithTicket(10_000);
        sendOneRecord(session, 0x1000);
        assertThat(coordinator.receive().getRecordBatch().getFirstPc()).isEqualTo(0);
        addRecords(session, 1);
        Future<?> flush = engineThread.submit(session::flush); // And waits for credit.
        assertThat(coordinator.receive().hasRecordBatch()).isTrue();
        coordinator.hangUp();

        Reconnect shown = comeBack(1);
        assertThat(shown.getToken()).isEqualTo(TOKEN);
        assertThat(shown.getReceivedCount()).as("Welcome").isEqualTo(1);
        assertThat(coordinator.receive().getRecordBatch().getFirstPc()).isEqualTo(0x1000);
        coordinator.grant(4, 0);
        flush.get(10, SECONDS);
        assertThat(ended.tryAcquire()).isFalse();
    }

    @Test
    void whatIsAcknowledgedIsForgottenAndEveryAckIsAnswered() throws Exception {
        EngineSession session = startWithTicket(10_000);
        sendOneRecord(session, 0x1000);
        coordinator.receive();
        acknowledge(1);
        assertThat(coordinator.receive().getAck().getReceivedCount()).isEqualTo(1);
        coordinator.grant(1, 0);
        acknowledge(1);
        assertThat(coordinator.receive().getAck().getReceivedCount()).isEqualTo(2);
        coordinator.hangUp();

        comeBack(1);
        coordinator.grant(4, 0);
        sendOneRecord(session, 0x1000);
        assertThat(coordinator.receive().getRecordBatch().getFirstPc()).isEqualTo(0x1000);
    }

    @Test
    void anAckOfWhatWasNeverSentEndsTheSession() throws Exception {
        EngineSession session = startWithTicket(10_000);
        addRecords(session, 2);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        acknowledge(7);

        assertThatThrownBy(() -> flush.get(10, SECONDS))
                .hasMessageContaining("received_count: 7 (expected: 0 to 1)");
    }

    @Test
    void aPlaceThatIsNotKeptForLongerIsLost() throws Exception {
        EngineSession session = startWithTicket(300);
        addRecords(session, 2);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        coordinator.close();

        assertThatThrownBy(() -> flush.get(10, SECONDS))
                .hasMessageContaining("connection to the coordinator lost")
                .hasMessageContaining("no way back within 300 ms");
        assertThat(ended.tryAcquire(10, SECONDS)).isTrue();
    }

    @Test
    void aCoordinatorThatDoesNotWaitSaysSo() throws Exception {
        EngineSession session = startWithTicket(10_000);
        addRecords(session, 2);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        coordinator.hangUp();
        coordinator.accept();
        coordinator.receive();
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setError(Error.newBuilder().setText("nobody waits for this engine")));

        assertThatThrownBy(() -> flush.get(10, SECONDS))
                .hasMessageContaining("nobody waits for this engine");
    }

    @Test
    void aGoodbyeThatGotLostComesAgain() throws Exception {
        EngineSession session = startWithTicket(10_000);
        halt(HaltReason.HALT_REASON_FINISHED);
        assertThat(ended.tryAcquire(10, SECONDS)).isTrue();
        Future<?> leave = engineThread.submit(() -> session.goodbye(Goodbye.getDefaultInstance()));
        assertThat(coordinator.receive().hasGoodbye()).isTrue();
        coordinator.hangUp();
        comeBack(0);
        assertThat(coordinator.receive().hasGoodbye()).isTrue();
        assertThat(leave.isDone()).isFalse();
        acknowledge(1);

        leave.get(4, SECONDS);
    }

    @Test
    void whatHasArrivedIsHeardAlthoughTheEngineTakesLongOverItsEnd() throws Exception {
        CountDownLatch isOver = new CountDownLatch(1);
        onEnd =
                () -> {
                    ended.release();
                    try {
                        assertThat(isOver.await(10, SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        EngineSession session = startWithTicket(10_000);
        halt(HaltReason.HALT_REASON_FINISHED);
        assertThat(ended.tryAcquire(10, SECONDS)).isTrue();
        Future<?> leave = engineThread.submit(() -> session.goodbye(Goodbye.getDefaultInstance()));
        assertThat(coordinator.receive().hasGoodbye()).isTrue();
        acknowledge(1);

        leave.get(4, SECONDS);
        isOver.countDown();
    }

    @Test
    void withoutAGraceTheFirstBreakIsTheLast() throws Exception {
        EngineSession session = startWithTicket(0);
        addRecords(session, 2);
        Future<?> flush = engineThread.submit(session::flush);
        coordinator.receive();
        coordinator.hangUp();

        assertThatThrownBy(() -> flush.get(10, SECONDS))
                .hasMessageContaining("connection to the coordinator lost");
    }

    /** Sends one record without waiting for anything: there is credit for another. */
    private static void sendOneRecord(EngineSession session, long pc) {
        session.batch().add(pc, 0, 1, 0);
        session.flush();
    }

    private void acknowledge(long count) throws IOException {
        coordinator.send(
                CoordinatorFrame.newBuilder().setAck(Ack.newBuilder().setReceivedCount(count)));
    }

    /** Takes the engine back, from which so many frames have come. */
    private Reconnect comeBack(long received) throws IOException {
        coordinator.accept();
        EngineFrame first = coordinator.receive();
        assertThat(first.hasReconnect()).isTrue();
        coordinator.send(
                CoordinatorFrame.newBuilder()
                        .setReconnected(Reconnected.newBuilder().setReceivedCount(received)));
        return first.getReconnect();
    }
}
