package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.server.run.Place;
import dev.lockstep.server.run.ProtocolException;
import dev.lockstep.server.run.RunRegistry;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Frames in, calls out: brings one connection to its place in a run, then passes its frames on. */
final class EngineAdapter extends SimpleChannelInboundHandler<EngineFrame> {
    /** How long a connection may be silent before its Hello; then it is closed. */
    static final long HELLO_TIMEOUT_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(EngineAdapter.class);

    private final RunRegistry registry;
    private @Nullable Place place;
    private boolean refused;

    /** The run its Hello names; empty before. */
    private String asked = "";

    EngineAdapter(RunRegistry registry) {
        super(EngineFrame.class);
        this.registry = registry;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        var _ =
                ctx.executor()
                        .schedule(() -> expectHello(ctx), HELLO_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        ctx.fireChannelActive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, EngineFrame frame) {
        if (place != null) {
            place.receive(frame);
        } else if (!refused) {
            join(ctx, frame);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refused = true;
        if (place != null) {
            place.vanish("it closed the connection without Goodbye");
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case DecoderException e -> refuse(ctx, ProtocolException.badFrame(reason(e)));
            case IOException e -> lose(ctx, String.valueOf(e.getMessage()));
            default -> {
                LOG.error("failed on {}", ctx.channel(), cause);
                lose(ctx, "the coordinator failed: " + cause);
            }
        }
    }

    private void join(ChannelHandlerContext ctx, EngineFrame frame) {
        try {
            if (!frame.hasHello() || frame.getHart() != 0 || frame.getEpoch() != 0) {
                throw ProtocolException.badFrame(
                        "%s, hart %d, epoch %d (expected: Hello, 0, 0, as first frame)"
                                .formatted(frame.getBodyCase(), frame.getHart(), frame.getEpoch()));
            }
            asked = frame.getHello().getRun();
            place = registry.join(frame.getHello(), new EngineProxy(ctx.channel()));
        } catch (ProtocolException e) {
            refuse(ctx, e);
        }
    }

    private void expectHello(ChannelHandlerContext ctx) {
        if (place == null && !refused) {
            refuse(
                    ctx,
                    ProtocolException.badFrame(
                            "no Hello within " + HELLO_TIMEOUT_MS + " ms after connecting"));
        }
    }

    private void refuse(ChannelHandlerContext ctx, ProtocolException reason) {
        if (place != null) {
            place.expel(reason);
        } else if (!refused) {
            refused = true;
            registry.noteStranger(asked, reason.text());
            new EngineProxy(ctx.channel()).refuse(reason.code(), reason.text());
        }
    }

    private void lose(ChannelHandlerContext ctx, String how) {
        if (place != null) {
            place.vanish(how);
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
