package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;

import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.Protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;

import org.junit.jupiter.api.Test;

class EngineFrameDecoderTest {
    private static final EngineFrame HEARTBEAT =
            EngineFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setStepCount(300)).build();
    private static final EngineFrame BATCH =
            EngineFrame.newBuilder()
                    .setRecordBatch(
                            RecordBatch.newBuilder()
                                    .setRecords(ByteString.copyFrom(new byte[2400])))
                    .build();

    private final EmbeddedChannel channel =
            new EmbeddedChannel(new EngineFrameDecoder(new Strangers()));

    @Test
    void framesMayComeByteByByte() {
        ByteBuf bytes = Unpooled.wrappedBuffer(bytes(HEARTBEAT), bytes(BATCH));
        while (bytes.isReadable()) {
            channel.writeInbound(bytes.readRetainedSlice(1));
        }

        assertThat(channel.<EngineFrame>readInbound()).isEqualTo(HEARTBEAT);
        assertThat(channel.<EngineFrame>readInbound()).isEqualTo(BATCH);
        assertThat(channel.<EngineFrame>readInbound()).isNull();
    }

    @Test
    void severalFramesMayComeAtOnce() {
        channel.writeInbound(
                Unpooled.wrappedBuffer(bytes(BATCH), bytes(HEARTBEAT), bytes(HEARTBEAT)));

        assertThat(channel.inboundMessages()).containsExactly(BATCH, HEARTBEAT, HEARTBEAT);
    }

    @Test
    void anEmptyFrameIsAFrame() {
        channel.writeInbound(Unpooled.buffer().writeIntLE(0));

        assertThat(channel.<EngineFrame>readInbound()).isEqualTo(EngineFrame.getDefaultInstance());
    }

    @Test
    void aFrameOverTheLimitIsRefusedByItsLengthAlone() {
        channel.writeInbound(bytes(HEARTBEAT));
        ByteBuf length = Unpooled.buffer().writeIntLE(Protocol.MAX_FRAME_BYTES + 1);

        assertThatExceptionOfType(CorruptedFrameException.class)
                .isThrownBy(() -> channel.writeInbound(length))
                .withMessage("frame length: 16777217 bytes (expected: at most 16777216)");
    }

    @Test
    void aFirstFrameIsAHelloAndHasALimitOfItsOwn() {
        ByteBuf length = Unpooled.buffer().writeIntLE(Protocol.MAX_HELLO_BYTES + 1);

        assertThatExceptionOfType(CorruptedFrameException.class)
                .isThrownBy(() -> channel.writeInbound(length))
                .withMessage("frame length: 4194305 bytes (expected: at most 4194304)");
    }

    @Test
    void aFrameOfFourGibibytesIsNoNegativeNumber() {
        assertThatExceptionOfType(CorruptedFrameException.class)
                .isThrownBy(() -> channel.writeInbound(Unpooled.buffer().writeIntLE(-1)))
                .withMessageContaining("4294967295 bytes");
    }

    @Test
    void aFrameAtTheLimitIsWaitedFor() {
        channel.writeInbound(bytes(HEARTBEAT));
        channel.readInbound();
        channel.writeInbound(Unpooled.buffer().writeIntLE(Protocol.MAX_FRAME_BYTES));

        assertThat(channel.<EngineFrame>readInbound()).isNull();
    }

    @Test
    void fieldsThatNobodyKnowsAreNotKept() {
        UnknownFieldSet unknown =
                UnknownFieldSet.newBuilder()
                        .addField(99, UnknownFieldSet.Field.newBuilder().addFixed64(1).build())
                        .build();
        Heartbeat padded = HEARTBEAT.getHeartbeat().toBuilder().setUnknownFields(unknown).build();
        channel.writeInbound(
                Unpooled.wrappedBuffer(bytes(HEARTBEAT.toBuilder().setHeartbeat(padded).build())));

        assertThat(channel.<EngineFrame>readInbound()).isEqualTo(HEARTBEAT);
    }

    @Test
    void aMessageThatDoesNotParseIsRefused() {
        ByteBuf garbage = Unpooled.buffer().writeIntLE(3).writeBytes(new byte[] {-1, -1, -1});

        assertThatExceptionOfType(DecoderException.class)
                .isThrownBy(() -> channel.writeInbound(garbage))
                .withCauseInstanceOf(InvalidProtocolBufferException.class);
    }

    private static ByteBuf bytes(EngineFrame frame) {
        byte[] message = frame.toByteArray();
        return Unpooled.buffer().writeIntLE(message.length).writeBytes(message);
    }
}
