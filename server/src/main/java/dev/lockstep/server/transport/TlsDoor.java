package dev.lockstep.server.transport;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

/**
 * Stands before a port that speaks TLS. Who speaks without it is told so in the way he speaks, and
 * not heard.
 */
final class TlsDoor extends OptionalSslHandler {
    private final SslContext context;

    TlsDoor(SslContext context) {
        super(context);
        this.context = context;
    }

    @Override
    protected SslHandler newSslHandler(ChannelHandlerContext ctx, SslContext ignored) {
        SslHandler handler = context.newHandler(ctx.alloc());
        handler.setHandshakeTimeoutMillis(EngineAdapter.HELLO_TIMEOUT_MS);
        return handler;
    }

    @Override
    protected @Nullable ChannelHandler newNonSslHandler(ChannelHandlerContext ctx) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext added) {
                added.fireExceptionCaught(
                        new CorruptedFrameException(
                                "bytes without TLS at a port that speaks it (expected: --connect"
                                        + " tls://HOST:PORT)"));
            }

            @Override
            public void channelRead(ChannelHandlerContext reading, Object bytes) {
                ReferenceCountUtil.release(bytes);
            }
        };
    }
}
