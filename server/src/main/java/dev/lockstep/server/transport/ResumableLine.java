package dev.lockstep.server.transport;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Ack;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Reconnected;
import dev.lockstep.proto.v1.Ticket;
import dev.lockstep.server.run.Place;
import dev.lockstep.server.run.ProtocolException;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/**
 * A line that outlives its connections: the engine's place is kept for a while when one breaks, and
 * what the engine lacks is sent again over the next (docs/protocol.md, "Reconnecting").
 */
final class ResumableLine implements Line {
    /** How often an engine hears, and is asked, how much has come, when nothing else happens. */
    static final long HEARTBEAT_MS = 5_000;

    /**
     * How many of these an engine at a port may leave without an answer. A machine that is cut off
     * is not told from one that has nothing to say by any other sign.
     */
    static final int MAX_SILENT_BEATS = 6;

    /** Bytes, or frames, that pass in either direction before Acks are exchanged. */
    private static final int ACK_BYTES = 256 << 10;

    private static final int ACK_FRAMES = 512;

    private static final Logger LOG = LoggerFactory.getLogger(ResumableLine.class);

    private final Tickets tickets;
    private final EventLoop loop;
    private final ByteString token;
    private final Future<?> heartbeat;
    private final boolean far;
    private final Unacknowledged sent = new Unacknowledged();
    private @Nullable Channel channel;
    private @Nullable Place place;
    private @Nullable Future<?> farewell;
    private boolean announced;
    private boolean closed;
    private long receivedCount;
    private int bytesSinceAck;
    private int framesSinceAck;
    private int silentBeats;

    /**
     * @param far whether a machine may lie between, that can vanish without a word
     */
    ResumableLine(Tickets tickets, Channel channel, boolean far) {
        this.tickets = tickets;
        this.channel = channel;
        this.far = far;
        loop = channel.eventLoop();
        token = tickets.issue(this);
        heartbeat =
                loop.scheduleAtFixedRate(
                        this::beat, HEARTBEAT_MS, HEARTBEAT_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void serve(Place newPlace) {
        place = newPlace;
        announce();
    }

    /** Gives the engine its ticket, before anything else. */
    private void announce() {
        if (!announced) {
            announced = true;
            Ticket.Builder ticket =
                    Ticket.newBuilder().setToken(token).setGraceMs(tickets.grace().toMillis());
            write(CoordinatorFrame.newBuilder().setTicket(ticket).build());
        }
    }

    @Override
    public void send(CoordinatorFrame frame, Passage passage) {
        sendWithNext(frame, passage);
        if (channel != null) {
            channel.flush();
        }
    }

    @Override
    public void sendWithNext(CoordinatorFrame frame) {
        sendWithNext(frame, Passage.UNSEEN);
    }

    private void sendWithNext(CoordinatorFrame frame, Passage passage) {
        if (closed) {
            passage.lost();
            return;
        }
        announce();
        sent.add(frame, passage);
        if (channel != null) {
            var _ = channel.write(frame, channel.voidPromise());
        }
        if (sent.isFull()) {
            giveUp("it has acknowledged none of the last %d frames".formatted(sent.frameCount()));
        } else {
            passed(frame.getSerializedSize());
        }
    }

    private void write(CoordinatorFrame frame) {
        if (channel != null) {
            var _ = channel.writeAndFlush(frame, channel.voidPromise());
        }
    }

    @Override
    public void receive(Channel from, EngineFrame frame) {
        if (!from.equals(channel)) {
            return;
        }
        silentBeats = 0;
        try {
            if (frame.hasAck()) {
                sent.acknowledge(frame.getAck().getReceivedCount());
            } else {
                receivedCount++;
                passed(frame.getSerializedSize());
                receive(frame);
            }
        } catch (ProtocolException e) {
            expel(from, e);
        }
    }

    private void receive(EngineFrame frame) {
        if (place != null) {
            place.receive(frame);
        }
    }

    /** Asks and tells what has come once enough has passed. */
    private void passed(int bytes) {
        bytesSinceAck += bytes;
        framesSinceAck++;
        if (bytesSinceAck >= ACK_BYTES || framesSinceAck >= ACK_FRAMES) {
            acknowledge();
        }
    }

    private void acknowledge() {
        bytesSinceAck = 0;
        framesSinceAck = 0;
        write(received());
    }

    private CoordinatorFrame received() {
        Ack.Builder ack = Ack.newBuilder().setReceivedCount(receivedCount);
        return CoordinatorFrame.newBuilder().setAck(ack).build();
    }

    private void beat() {
        if (channel == null) {
            return;
        }
        silentBeats++;
        if (far && silentBeats > MAX_SILENT_BEATS) {
            Channel silent = channel;
            disconnected(
                    silent,
                    "nothing came from it for %d ms".formatted(MAX_SILENT_BEATS * HEARTBEAT_MS));
            var _ = silent.close();
        } else {
            acknowledge();
        }
    }

    @Override
    public void disconnected(Channel from, String how) {
        if (!from.equals(channel)) {
            return;
        }
        channel = null;
        if (!closed) {
            LOG.info("connection {} broke: {}", from, how);
            long graceMs = tickets.grace().toMillis();
            farewell =
                    loop.schedule(
                            () ->
                                    giveUp(
                                            graceMs == 0
                                                    ? how
                                                    : "%s, and it did not come back within %d ms"
                                                            .formatted(how, graceMs)),
                            graceMs,
                            TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Goes on over another connection.
     *
     * @param arrivedCount frames that the engine has
     * @throws ProtocolException if that cannot be
     */
    void comeBack(Channel fresh, long arrivedCount) throws ProtocolException {
        sent.acknowledge(arrivedCount);
        Channel old = channel;
        channel = fresh;
        if (old != null) {
            var _ = old.close(); // The engine has found out first that it is dead.
        }
        if (farewell != null) {
            farewell.cancel(false);
        }
        silentBeats = 0;
        var _ =
                fresh.write(
                        CoordinatorFrame.newBuilder()
                                .setReconnected(
                                        Reconnected.newBuilder().setReceivedCount(receivedCount))
                                .build(),
                        fresh.voidPromise());
        for (CoordinatorFrame frame : sent.frames()) {
            var _ = fresh.write(frame, fresh.voidPromise());
        }
        fresh.flush();
        if (place != null) {
            place.returned();
        }
    }

    private void giveUp(String how) {
        Place served = place;
        close();
        if (served != null) {
            served.vanish(how);
        }
    }

    @Override
    public void expel(Channel from, ProtocolException reason) {
        if (from.equals(channel) && place != null) {
            place.expel(reason);
        }
    }

    @Override
    public void askArrival() {
        acknowledge();
    }

    @Override
    public void refuse(CoordinatorFrame error) {
        Channel last = channel;
        end();
        if (last != null) {
            LastWord.send(last, error);
        }
    }

    /** Tells first what has come: an engine that has said Goodbye waits for that. */
    @Override
    public void close() {
        Channel last = channel;
        end();
        if (last != null) {
            LastWord.send(last, received());
        }
    }

    /** Ends before it has begun: the engine got no place, and is told so without this line. */
    void forget() {
        end();
    }

    private void end() {
        closed = true;
        channel = null;
        tickets.withdraw(token);
        heartbeat.cancel(false);
        if (farewell != null) {
            farewell.cancel(false);
        }
        sent.lose();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }
}
