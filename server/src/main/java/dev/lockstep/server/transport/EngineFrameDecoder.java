package dev.lockstep.server.transport;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;

import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.protocol.Protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;

import java.io.IOException;
import java.util.List;

/**
 * Cuts the stream into frames and parses them.
 *
 * <pre>
 *   | length u32 | message, length bytes |   little-endian
 * </pre>
 */
final class EngineFrameDecoder extends ByteToMessageDecoder {
    /** What nobody knows is nobody's credit, so it must not wait in memory. */
    private static final Parser<EngineFrame> PARSER =
            DiscardUnknownFieldsParser.wrap(EngineFrame.parser());

    /** Of a stranger less is held in memory than of an engine that has its place. */
    private int maxBytes = Protocol.MAX_HELLO_BYTES;

    private final Strangers strangers;

    EngineFrameDecoder(Strangers strangers) {
        this.strangers = strangers;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws IOException {
        if (in.readableBytes() < Protocol.LENGTH_BYTES) {
            return;
        }
        long length = in.getUnsignedIntLE(in.readerIndex());
        if (length > maxBytes) {
            in.skipBytes(in.readableBytes());
            throw new CorruptedFrameException(
                    "frame length: %d bytes (expected: at most %d)".formatted(length, maxBytes));
        }
        if (in.readableBytes() >= Protocol.LENGTH_BYTES + length) {
            in.skipBytes(Protocol.LENGTH_BYTES);
            out.add(parse(in, (int) length));
            maxBytes = Protocol.MAX_FRAME_BYTES;
        } else {
            strangers.hold(ctx.channel(), in.readableBytes());
        }
    }

    private static EngineFrame parse(ByteBuf in, int length) throws IOException {
        byte[] message = new byte[length];
        in.readBytes(message);
        return PARSER.parseFrom(message);
    }
}
