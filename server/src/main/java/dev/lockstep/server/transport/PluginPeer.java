package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.server.run.EngineLink;
import dev.lockstep.server.run.Place;
import dev.lockstep.server.run.ProtocolException;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.StateReader;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The peer of QEMU's own lockstep plugin, which on its other side is an engine of a run.
 *
 * <p>Before each block the plugin writes where it is and waits for where its peer is. Two of them
 * that are alone in a strict run are each other's peer, to the byte; what they say is passed on
 * once both have said it, since to wake both at once costs less than one after the other. Any other
 * is told what it said itself, as soon as the run lets it go on; what it has executed becomes
 * records, whose steps are the differences of its counts.
 *
 * <p>Everything happens on the coordinator's thread. Hot path: {@link #take} runs once per block.
 */
final class PluginPeer extends ChannelInboundHandlerAdapter implements EngineLink {
    private static final Logger LOG = LoggerFactory.getLogger(PluginPeer.class);

    /** How long records may wait for more of them. */
    private static final long LINGER_MS = 2;

    /** How long whoever started QEMU may take to say how it ended. */
    private static final long EXIT_MS = 5_000;

    /** Records that wait at most for more of them. */
    private static final int BATCH_RECORDS = 256;

    /** Records that two plugins tell each other at most before we have heard of the first. */
    private static final int UNHEARD_RECORDS = 16;

    /** How far a plugin may be ahead of the one that it waits for. */
    private static final int MAX_UNTOLD_BYTES = 16 * PluginRecords.MESSAGE_BYTES;

    private final Channel channel;
    private final RunRegistry registry;
    private final Hello hello;
    private final Arrival arrival;
    private final PluginRecords records = new PluginRecords();

    private @Nullable Place place;

    /** The plugin that hears all that this one says, and is heard by it. */
    private @Nullable PluginPeer pair;

    /** What this plugin has said, and its pair has not been told. */
    private final ByteBuf untold = Unpooled.buffer(MAX_UNTOLD_BYTES, MAX_UNTOLD_BYTES);

    /** Whether records wait for more of them. */
    private boolean lingers;

    /** Whether the plugin waits to hear where its peer is. */
    private boolean waits;

    private boolean halted;

    /** Records that the run lets the plugin send. */
    private long granted;

    private long startNanos;

    /**
     * Creates a peer for a plugin that has connected.
     *
     * @param hello what to say for the plugin, which says nothing
     */
    PluginPeer(Channel channel, RunRegistry registry, Hello hello, Arrival arrival) {
        this.channel = channel;
        this.registry = registry;
        this.hello = hello;
        this.arrival = arrival;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        try {
            place = registry.join(hello, this);
            arrival.joined();
        } catch (ProtocolException e) {
            registry.noteStranger(hello.getRun(), e.text());
            arrival.refused(e.text());
            refuse(e.code(), e.text());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (pair != null) {
                exchange(bytes, pair);
            }
            take(bytes);
        } catch (ProtocolException e) {
            if (place != null) {
                place.expel(e);
            }
        } finally {
            bytes.release();
        }
    }

    /** Passes on what both have said, without taking {@code bytes}. */
    private void exchange(ByteBuf bytes, PluginPeer peer) throws ProtocolException {
        if (!peer.channel.isActive()) {
            return; // Nobody is there to be told.
        }
        int count = bytes.readableBytes();
        if (count > untold.writableBytes()) {
            throw ProtocolException.badFrame(
                    "%d bytes more than its peer's (expected: at most %d; it waits for its peer)"
                            .formatted(untold.readableBytes() + count, MAX_UNTOLD_BYTES));
        }
        untold.writeBytes(bytes, bytes.readerIndex(), count);
        int both = Math.min(untold.readableBytes(), peer.untold.readableBytes());
        if (both > 0) {
            tell(peer, both);
            peer.tell(this, both);
        }
    }

    private void tell(PluginPeer peer, int count) {
        var _ =
                peer.channel.writeAndFlush(
                        peer.channel.alloc().buffer(count).writeBytes(untold, count));
        untold.discardReadBytes();
    }

    private void take(ByteBuf bytes) throws ProtocolException {
        if (halted) {
            return;
        }
        records.read(bytes);
        waits = true;
        goOn();
        if (records.waiting() >= BATCH_RECORDS || waits || isAtLimit()) {
            report();
        } else if (!lingers && records.waiting() > 0) {
            lingers = true;
            var _ = channel.eventLoop().schedule(this::report, LINGER_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Lets the plugin execute its next block, if the run does. */
    private void goOn() {
        PluginPeer peer = pair;
        if (peer != null) {
            waits = false; // It hears from its peer.
            channel.config().setAutoRead(!isAtLimit() && peer.channel.isWritable());
        } else if (waits && !isAtLimit()) {
            waits = false;
            var _ = channel.writeAndFlush(records.lastMessage(channel.alloc()));
        }
    }

    private boolean isAtLimit() {
        return records.total() + (pair == null ? 0 : UNHEARD_RECORDS) >= granted;
    }

    /** Tells the run what has come. */
    private void report() {
        lingers = false;
        if (records.waiting() > 0 && !halted) {
            receive(EngineFrame.newBuilder().setRecordBatch(records.drain()));
        }
    }

    private void receive(EngineFrame.Builder frame) {
        if (place != null) {
            place.receive(frame.build());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (pair != null) {
            pair.goOn();
        }
    }

    /** The plugin says nothing when its guest ends, nor when QEMU does. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (pair != null) {
            leave(pair);
        }
        if (place == null || halted) {
            return;
        }
        report();
        if (records.begun()) {
            var _ =
                    arrival.exit()
                            .completeOnTimeout(Optional.empty(), EXIT_MS, TimeUnit.MILLISECONDS)
                            .thenAcceptAsync(this::end, channel.eventLoop());
        } else {
            place.vanish("it closed the connection before its first block");
        }
    }

    /** Lets the pair hear the last words and then nothing more, as it would without us. */
    private void leave(PluginPeer peer) {
        tell(peer, untold.readableBytes());
        if (peer.channel instanceof DuplexChannel stillOpen) {
            var _ = stillOpen.shutdownOutput();
        }
    }

    private void end(Optional<Exit> exit) {
        GuestEnd.Builder end = records.lastBlock();
        exit.ifPresent(end::setExit);
        receive(EngineFrame.newBuilder().setGuestEnd(end));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("failed on {}", ctx.channel(), cause);
        }
        close(); // The rest is as if the plugin had.
    }

    @Override
    public boolean pairWith(EngineLink peer) {
        if (!(peer instanceof PluginPeer other)) {
            return false;
        }
        pair = other;
        other.pair = this;
        return true;
    }

    @Override
    public void welcome(Welcome welcome) {
        startNanos = System.nanoTime();
        granted = welcome.getCredit().getRecordCount();
        channel.config().setAutoRead(true);
    }

    @Override
    public void credit(Credit credit) {
        granted = credit.getRecordCount();
        channel.eventLoop().execute(this::goOn); // Not in the midst of what the run does.
    }

    /** The plugin cannot be told why; it goes on without a peer when its connection is closed. */
    @Override
    public void halt(HaltReason reason, String text) {
        halted = true;
        EngineFrame.Builder frame = EngineFrame.newBuilder();
        frame.getGoodbyeBuilder()
                .setStepCount(records.step())
                .setBlockCount(records.total())
                .setElapsedMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
        channel.eventLoop().execute(() -> receive(frame));
    }

    @Override
    public void refuse(ErrorCode code, String text) {
        LOG.warn("{} of run {} was refused: {}", hello.getName(), hello.getRun(), text);
        halted = true;
        close();
    }

    @Override
    public void close() {
        var _ = channel.close();
    }

    @Override
    public void peer(PeerState state) {} // In block grain nobody is told, and strictly its own.

    @Override
    public void input(InputResult result, Runnable written) {
        throw cannot("input");
    }

    @Override
    public void examine(Examine question) {
        throw cannot("examine");
    }

    @Override
    public void resume(Resume resume, long epoch) {
        throw cannot("resume");
    }

    @Override
    public void capture(Capture order) {
        throw cannot("capture");
    }

    @Override
    public void wantPages(PagesWanted pages) {
        throw cannot("wantPages");
    }

    @Override
    public void captureDone(CaptureDone done) {
        throw cannot("captureDone");
    }

    @Override
    public void restore(StateReader state, Runnable written, Consumer<String> failed) {
        throw cannot("restore");
    }

    /** What Hello does not offer is not asked for. */
    private static IllegalStateException cannot(String what) {
        return new IllegalStateException("a plugin of QEMU was asked to " + what);
    }
}
