package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunOpener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

class EngineAdapterTest {
    private final RunRegistry registry = new RunRegistry(() -> 0, RunOpener.NEVER);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void aStrangerComes() {
        new EngineReception(registry, Duration.ZERO).receive(channel);
        channel.pipeline().fireChannelActive();
    }

    @Test
    void theFirstFrameIsAHello() throws IOException {
        channel.writeInbound(
                bytes(EngineFrame.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance())));

        assertRefused("HEARTBEAT, hart 0, epoch 0 (expected: Hello, 0, 0, as first frame)");
    }

    @Test
    void aHelloToNoRunIsAnswered() throws IOException {
        channel.writeInbound(
                bytes(EngineFrame.newBuilder().setHello(Hello.newBuilder().setRun("x"))));

        dev.lockstep.proto.v1.Error error = readError();
        assertThat(error.getCode()).isEqualTo(ErrorCode.ERROR_CODE_NO_SUCH_RUN);
        assertThat(error.getText()).startsWith("no run \"x\"");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void garbageIsAnsweredAndClosed() throws IOException {
        channel.writeInbound(Unpooled.copiedBuffer(new byte[] {'G', 'E', 'T', ' ', '/'}));

        assertRefused("frame length: 542393671 bytes (expected: at most 4194304)");
    }

    @Test
    void silenceIsClosedAfterAWhile() throws IOException {
        channel.advanceTimeBy(EngineAdapter.HELLO_TIMEOUT_MS + 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertRefused("no Hello within 10000 ms after connecting");
    }

    @Test
    void whoDoesNotReadTheRefusalIsClosedAfterAWhile() {
        channel.pipeline()
                .addFirst(
                        new ChannelOutboundHandlerAdapter() {
                            @Override
                            public void write(
                                    ChannelHandlerContext ctx, Object frame, ChannelPromise done) {
                                ReferenceCountUtil.release(frame); // And never done.
                            }
                        });
        channel.writeInbound(Unpooled.buffer().writeIntLE(-1));
        assertThat(channel.isOpen()).isTrue();

        channel.advanceTimeBy(LastWord.TIMEOUT_MS + 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatComesAfterARefusalIsNotHeard() throws IOException {
        List<RunReport> reports = new ArrayList<>();
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
        ByteBuf garbage = Unpooled.buffer().writeIntLE(-1);
        channel.writeInbound(garbage);
        registry.abandonAll("enough");

        assertRefused("frame length: 4294967295 bytes (expected: at most 4194304)");
        assertThat(reports)
                .singleElement()
                .satisfies(report ->
                        assertThat(report.notes())
                                .contains(
                                        "a connection was refused: frame length: 4294967295"
                                                + " bytes (expected: at most 4194304)"));
    }

    private void assertRefused(String text) throws IOException {
        dev.lockstep.proto.v1.Error error = readError();
        assertThat(error.getCode()).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        assertThat(error.getText()).isEqualTo(text);
        assertThat(channel.isOpen()).isFalse();
    }

    private dev.lockstep.proto.v1.Error readError() throws IOException {
        ByteBuf sent = Objects.requireNonNull(channel.<ByteBuf>readOutbound(), "nothing was sent");
        int length = sent.readIntLE();
        assertThat(length).isEqualTo(sent.readableBytes());
        return CoordinatorFrame.parseFrom(ByteBufUtil.getBytes(sent)).getError();
    }

    private static ByteBuf bytes(EngineFrame.Builder frame) {
        byte[] message = frame.build().toByteArray();
        return Unpooled.buffer().writeIntLE(message.length).writeBytes(message);
    }
}
