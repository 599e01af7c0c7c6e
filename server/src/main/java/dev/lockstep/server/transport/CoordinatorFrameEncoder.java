package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.CoordinatorFrame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;

import java.io.IOException;

/** Writes frames; the layout is drawn at {@link EngineFrameDecoder}. */
final class CoordinatorFrameEncoder extends MessageToByteEncoder<CoordinatorFrame> {
    CoordinatorFrameEncoder() {
        super(CoordinatorFrame.class);
    }

    @Override
    protected void encode(ChannelHandlerContext ctx, CoordinatorFrame frame, ByteBuf out)
            throws IOException {
        out.writeIntLE(frame.getSerializedSize());
        try (ByteBufOutputStream stream = new ByteBufOutputStream(out)) {
            frame.writeTo(stream);
        }
    }
}
