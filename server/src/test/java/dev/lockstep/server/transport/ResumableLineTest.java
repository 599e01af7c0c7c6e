package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Ack;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Reconnect;
import dev.lockstep.proto.v1.Ticket;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunOpener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Connections that break, as the coordinator's side sees them. */
class ResumableLineTest {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final RunRegistry registry = new RunRegistry(System::nanoTime, RunOpener.NEVER);
    private final EngineReception reception = new EngineReception(registry, GRACE);
    private final List<RunReport> reports = new ArrayList<>();
    private final EmbeddedChannel reference = connect();
    private final EmbeddedChannel subject = connect();
    private Ticket ticket = Ticket.getDefaultInstance();

    @BeforeEach
    void theRunBegins() throws IOException {
        registry.create(
                RunSpec.of(
                        "r1",
                        List.of(
                                new EngineSpec("interp", Role.REFERENCE),
                                new EngineSpec("recomp", Role.SUBJECT)),
                        "test"),
                new RunListener() {
                    @Override
                    public void ended(RunReport report) {
                        reports.add(report);
                    }
                });
        join(reference, "interp", Role.REFERENCE);
        join(subject, "recomp", Role.SUBJECT);
        ticket = readFrame(subject).getTicket();
        assertThat(readFrame(subject).hasWelcome()).isTrue();
    }

    /**
     * Closes as the other side does; what is scheduled stays so, unlike at this channel's own
     * close.
     */
    private static void breakOff(EmbeddedChannel channel) {
        channel.unsafe().close(channel.newPromise());
        channel.runPendingTasks();
    }

    @Test
    void theTicketComesFirst() {
        assertThat(ticket.getToken().size()).isEqualTo(16);
        assertThat(ticket.getGraceMs()).isEqualTo(GRACE.toMillis());
    }

    @Test
    void whatTheEngineLacksComesAgain() throws IOException {
        send(subject, heartbeat());
        breakOff(subject);
        EmbeddedChannel again = connect();
        send(again, reconnect(0));

        assertThat(readFrame(again).getReconnected().getReceivedCount()).isEqualTo(1);
        assertThat(readFrame(again).hasWelcome()).isTrue();
        assertThat(again.<ByteBuf>readOutbound()).isNull();
        assertThat(reports).isEmpty();
    }

    @Test
    void whatTheEngineHasDoesNot() throws IOException {
        breakOff(subject);
        EmbeddedChannel again = connect();
        send(again, reconnect(1));

        assertThat(readFrame(again).hasReconnected()).isTrue();
        assertThat(again.<ByteBuf>readOutbound()).isNull();
    }

    @Test
    void anotherConnectionTakesThePlaceOfOneThatOnlySeemsToLive() throws IOException {
        EmbeddedChannel again = connect();
        send(again, reconnect(1));
        assertThat(subject.isOpen()).isFalse();
        assertThat(readFrame(again).hasReconnected()).isTrue();
        subject.runScheduledPendingTasks();

        assertThat(again.isOpen()).isTrue();
        assertThat(reports).isEmpty();
    }

    @Test
    void whoDoesNotComeBackInTimeHasVanished() {
        breakOff(subject);
        registry.tick();
        assertThat(reports).isEmpty();
        subject.advanceTimeBy(GRACE.toMillis() + 1, TimeUnit.MILLISECONDS);
        subject.runScheduledPendingTasks();
        registry.abandonAll("enough");
        breakOff(reference);
        reference.advanceTimeBy(GRACE.toMillis() + 1, TimeUnit.MILLISECONDS);
        reference.runScheduledPendingTasks();

        assertThat(reports)
                .singleElement()
                .satisfies(report ->
                        assertThat(report.notes())
                                .contains(
                                        "engine \"recomp\" vanished: it closed the connection"
                                            + " without Goodbye, and it did not come back within"
                                            + " 10000 ms"));
    }

    @Test
    void aTicketThatNobodyGaveIsRefused() throws IOException {
        EmbeddedChannel stranger = connect();
        send(
                stranger,
                EngineFrame.newBuilder()
                        .setReconnect(
                                Reconnect.newBuilder().setToken(ticket.getToken().substring(1))));

        assertThat(readFrame(stranger).getError().getText()).startsWith("nobody waits for this");
        assertThat(stranger.isOpen()).isFalse();
        assertThat(subject.isOpen()).isTrue();
    }

    @Test
    void whoCountsMoreThanThereWasIsRefusedAndThePlaceIsKept() throws IOException {
        EmbeddedChannel again = connect();
        send(again, reconnect(5));

        assertThat(readFrame(again).getError().getText())
                .isEqualTo("received_count: 5 (expected: 0 to 1)");
        assertThat(subject.isOpen()).isTrue();
        assertThat(reports).isEmpty();
    }

    @Test
    void anAckOfWhatWasNeverSentCostsThePlace() throws IOException {
        send(subject, EngineFrame.newBuilder().setAck(Ack.newBuilder().setReceivedCount(2)));

        assertThat(readFrame(subject).getError().getText())
                .isEqualTo("received_count: 2 (expected: 0 to 1)");
    }

    @Test
    void whoWaitsForAnArrivalNeedNotWaitForAHeartbeat() throws IOException {
        EmbeddedChannel channel = new EmbeddedChannel(new CoordinatorFrameEncoder());
        ResumableLine line = new ResumableLine(new Tickets(GRACE), channel, false);
        AtomicBoolean arrived = new AtomicBoolean();
        line.send(CoordinatorFrame.getDefaultInstance(), () -> arrived.set(true));
        assertThat(readFrame(channel).hasTicket()).isTrue();
        readFrame(channel);
        line.askArrival();
        assertThat(readFrame(channel).hasAck()).isTrue();
        assertThat(arrived).isFalse();
        line.receive(
                channel,
                EngineFrame.newBuilder().setAck(Ack.newBuilder().setReceivedCount(1)).build());

        assertThat(arrived).isTrue();
    }

    @Test
    void theEngineIsAskedNowAndThenWhatHasCome() throws IOException {
        subject.advanceTimeBy(ResumableLine.HEARTBEAT_MS + 1, TimeUnit.MILLISECONDS);
        subject.runScheduledPendingTasks();

        assertThat(readFrame(subject).hasAck()).isTrue();
    }

    @Test
    void whoAnswersNothingFromAfarIsTakenForGone() {
        EmbeddedChannel far = new EmbeddedChannel();
        ResumableLine line = new ResumableLine(new Tickets(GRACE), far, true);
        pass(far, ResumableLine.MAX_SILENT_BEATS);
        assertThat(far.isOpen()).isTrue();
        line.receive(far, EngineFrame.newBuilder().setAck(Ack.getDefaultInstance()).build());
        pass(far, ResumableLine.MAX_SILENT_BEATS);
        assertThat(far.isOpen()).isTrue();
        pass(far, 1);

        assertThat(far.isOpen()).isFalse();
    }

    /** Lets time pass, one heartbeat after the other. */
    private static void pass(EmbeddedChannel channel, int heartbeats) {
        for (int i = 0; i < heartbeats; i++) {
            channel.advanceTimeBy(ResumableLine.HEARTBEAT_MS, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private void join(EmbeddedChannel channel, String name, Role role) throws IOException {
        send(
                channel,
                EngineFrame.parseFrom(GoldenFrames.message("engine-hello")).toBuilder()
                        .setHello(
                                EngineFrame.parseFrom(GoldenFrames.message("engine-hello"))
                                        .getHello()
                                        .toBuilder()
                                        .setName(name)
                                        .setRole(role.wire())
                                        .setReconnects(true)));
    }

    private EmbeddedChannel connect() {
        EmbeddedChannel channel = new EmbeddedChannel();
        reception.receive(channel);
        channel.pipeline().fireChannelActive();
        return channel;
    }

    private static EngineFrame.Builder heartbeat() {
        return EngineFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setStepCount(1));
    }

    private EngineFrame.Builder reconnect(long received) {
        return EngineFrame.newBuilder()
                .setReconnect(
                        Reconnect.newBuilder()
                                .setToken(ticket.getToken())
                                .setReceivedCount(received));
    }

    private static void send(EmbeddedChannel channel, EngineFrame.Builder frame) {
        byte[] message = frame.build().toByteArray();
        channel.writeInbound(Unpooled.buffer().writeIntLE(message.length).writeBytes(message));
    }

    private static CoordinatorFrame readFrame(EmbeddedChannel channel) throws IOException {
        @Nullable ByteBuf sent = channel.readOutbound();
        if (sent == null) {
            return CoordinatorFrame.getDefaultInstance();
        }
        byte[] message = new byte[sent.readIntLE()];
        sent.readBytes(message);
        sent.release();
        return CoordinatorFrame.parseFrom(message);
    }
}
