package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.server.run.ProtocolException;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

/** Frames in, calls out: brings one connection to its place in a run, then passes its frames on. */
final class EngineAdapter extends SimpleChannelInboundHandler<EngineFrame> {
    /** How long a connection may be silent before its Hello; then it is closed. */
    static final long HELLO_TIMEOUT_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(EngineAdapter.class);

    private final EngineReception reception;
    private @Nullable Line line;
    private boolean refused;

    /** The run its Hello names; empty before. */
    private String asked = "";

    EngineAdapter(EngineReception reception) {
        super(EngineFrame.class);
        this.reception = reception;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        reception.strangers().enter(ctx.channel());
        var _ =
                ctx.executor()
                        .schedule(() -> expectHello(ctx), HELLO_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        ctx.fireChannelActive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, EngineFrame frame) {
        if (line != null) {
            line.receive(ctx.channel(), frame);
        } else if (!refused) {
            admit(ctx, frame);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refused = true;
        reception.strangers().leave(ctx.channel());
        if (line != null) {
            line.disconnected(ctx.channel(), "it closed the connection without Goodbye");
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case DecoderException e when e.getCause() instanceof SSLException tls ->
                    distrust(ctx, tls);
            case DecoderException e -> refuse(ctx, ProtocolException.badFrame(reason(e)));
            case IOException e -> lose(ctx, String.valueOf(e.getMessage()));
            default -> {
                LOG.error("failed on {}", ctx.channel(), cause);
                lose(ctx, "the coordinator failed: " + cause);
            }
        }
    }

    private void admit(ChannelHandlerContext ctx, EngineFrame frame) {
        try {
            line = frame.hasReconnect() ? comeBack(ctx, frame) : join(ctx, frame);
            reception.strangers().leave(ctx.channel());
        } catch (ProtocolException e) {
            refuse(ctx, e);
        }
    }

    private Line comeBack(ChannelHandlerContext ctx, EngineFrame frame) throws ProtocolException {
        return reception.tickets().comeBack(frame.getReconnect(), ctx.channel());
    }

    private Line join(ChannelHandlerContext ctx, EngineFrame frame) throws ProtocolException {
        if (!frame.hasHello() || frame.getHart() != 0 || frame.getEpoch() != 0) {
            throw ProtocolException.badFrame(
                    "%s, hart %d, epoch %d (expected: Hello, 0, 0, as first frame)"
                            .formatted(frame.getBodyCase(), frame.getHart(), frame.getEpoch()));
        }
        asked = frame.getHello().getRun();
        return reception.join(frame.getHello(), ctx.channel());
    }

    private void expectHello(ChannelHandlerContext ctx) {
        if (line == null && !refused) {
            refuse(
                    ctx,
                    ProtocolException.badFrame(
                            "no Hello within " + HELLO_TIMEOUT_MS + " ms after connecting"));
        }
    }

    private void refuse(ChannelHandlerContext ctx, ProtocolException reason) {
        if (line != null) {
            line.expel(ctx.channel(), reason);
        } else if (!refused) {
            refused = true;
            reception.noteStranger(ctx.channel(), asked, reason.text());
            LastWord.send(ctx.channel(), LastWord.refusal(reason.code(), reason.text()));
        }
    }

    /** The other side was told by TLS itself. */
    private void distrust(ChannelHandlerContext ctx, SSLException reason) {
        if (line == null && !refused) {
            refused = true;
            reception.noteStranger(ctx.channel(), asked, "TLS: " + reason.getMessage());
        }
        lose(ctx, "TLS: " + reason.getMessage());
    }

    private void lose(ChannelHandlerContext ctx, String how) {
        if (line != null) {
            line.disconnected(ctx.channel(), how);
        }
        var _ = ctx.close();
    }

    private static String reason(DecoderException e) {
        Throwable cause = e.getCause();
        return cause == null
                ? String.valueOf(e.getMessage())
                : "not a frame: " + cause.getMessage();
    }
}
