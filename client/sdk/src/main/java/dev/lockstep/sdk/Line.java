package dev.lockstep.sdk;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.lockstep.proto.v1.Ack;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Ticket;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * Frames to and from the coordinator: over one connection or, if the coordinator keeps the engine's
 * place when that breaks, over one after the other, and none is lost or comes twice
 * (docs/protocol.md, "Reconnecting"). One thread may read while others write.
 */
final class Line implements Closeable {
    /** How long the first connection may take to come about. */
    private static final long CONNECT_TIMEOUT_MS = 10_000;

    /**
     * How long a coordinator at a port may say nothing; it says every five seconds that it lives.
     */
    private static final long SILENCE_LIMIT_MS = 30_000;

    /** How long a line may be closed by another thread before one that waits for room notices. */
    private static final long CLOSED_CHECK_MS = 1000;

    private final CoordinatorAddress address;
    private volatile FrameChannel channel;
    private volatile @Nullable Ticket ticket;
    private volatile boolean closed;

    /** Whether the coordinator has thrown this engine out. */
    private volatile boolean refused;

    // Guarded by this.
    private final SentFrames sent = new SentFrames();
    private long receivedCount;
    private boolean leaving;
    private @Nullable IOException lost;

    Line(CoordinatorAddress address, FrameChannel channel) {
        this.address = address;
        this.channel = channel;
    }

    /**
     * Connects.
     *
     * @throws IOException if nobody listens there, or one side does not trust the other
     */
    static Line connect(CoordinatorAddress address) throws IOException {
        return new Line(address, FrameChannel.connect(address, CONNECT_TIMEOUT_MS));
    }

    /**
     * Sends a frame. With a ticket it arrives, over this connection or another, unless the engine's
     * place is lost.
     */
    void write(EngineFrame frame) throws IOException {
        if (ticket == null) {
            channel.write(frame);
        } else {
            writeSurely(frame);
        }
    }

    private synchronized void writeSurely(EngineFrame frame) throws IOException {
        awaitRoom();
        leaving |= frame.hasGoodbye();
        byte[] message = frame.toByteArray();
        sent.add(message);
        FrameChannel current = channel;
        try {
            current.write(message);
        } catch (IOException e) {
            recover(current, e);
        }
    }

    /** While this waits, another thread reads. */
    private synchronized void awaitRoom() throws IOException {
        try {
            while (sent.isFull() && lost == null && !closed) {
                wait(CLOSED_CHECK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (lost != null) {
            throw lost;
        }
    }

    /** Waits for the next frame that says something to the engine. */
    CoordinatorFrame read() throws IOException {
        try {
            while (true) {
                FrameChannel current = channel;
                CoordinatorFrame frame = read(current);
                if (frame != null && isNews(current, frame)) {
                    return frame;
                }
            }
        } catch (IOException e) {
            lose(e);
            throw e;
        }
    }

    /** Returns null if there is another connection now. */
    private @Nullable CoordinatorFrame read(FrameChannel current) throws IOException {
        try {
            return CoordinatorFrame.parseFrom(current.read());
        } catch (InvalidProtocolBufferException e) {
            throw new BadFrameException("not a frame: " + e.getMessage());
        } catch (BadFrameException e) {
            throw e;
        } catch (IOException e) {
            if (ticket != null) {
                current.close(); // Whoever just writes is not to wait for it any more.
            }
            recover(current, e);
            return null;
        }
    }

    private boolean isNews(FrameChannel current, CoordinatorFrame frame) throws IOException {
        return switch (frame.getBodyCase()) {
            case TICKET -> {
                take(frame.getTicket());
                yield false;
            }
            case ACK -> {
                acknowledge(current, frame.getAck());
                yield false;
            }
            case ERROR -> {
                refused = true;
                yield true;
            }
            default -> ticket == null || count(current);
        };
    }

    private synchronized void take(Ticket offered) {
        ticket = offered;
        limitSilence(channel);
    }

    private void limitSilence(FrameChannel fresh) {
        fresh.limitSilence(address.isRemote() ? SILENCE_LIMIT_MS : FrameChannel.UNLIMITED_MS);
    }

    /** What came over a connection that was given up since comes again over the next one. */
    private synchronized boolean count(FrameChannel current) {
        if (current != channel) {
            return false;
        }
        receivedCount++;
        return true;
    }

    private synchronized void acknowledge(FrameChannel current, Ack ack) throws IOException {
        if (current != channel) {
            return;
        }
        sent.acknowledge(ack.getReceivedCount());
        notifyAll();
        Ack.Builder own = Ack.newBuilder().setReceivedCount(receivedCount);
        try {
            current.write(EngineFrame.newBuilder().setAck(own).build());
        } catch (IOException e) {
            recover(current, e);
        }
    }

    /**
     * Waits until the coordinator has all that was sent, or the time is over. Without a ticket
     * nobody tells.
     */
    synchronized void awaitArrival(long limitMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        try {
            for (long leftMs = limitMs; !sent.isEmpty() && lost == null && leftMs > 0; ) {
                wait(leftMs);
                leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Hears the coordinator out after it has said all that the engine needs: it still tells what
     * has arrived. Without a ticket it does not.
     */
    void drain() {
        try {
            while (ticket != null) {
                read();
            }
        } catch (IOException e) {
            // The end of the connection, which was waited for.
        }
    }

    /** Goes on over another connection, unless another thread has seen to that. */
    private synchronized void recover(FrameChannel broken, IOException why) throws IOException {
        if (lost != null) {
            throw lost;
        }
        if (channel != broken) {
            return;
        }
        Ticket shown = ticket;
        if (shown == null || isTheEnd(shown) || why instanceof InterruptedIOException) {
            throw why;
        }
        broken.close();
        try {
            channel = new Return(address, shown, receivedCount, sent, () -> closed).make(why);
            if (closed) { // Meanwhile, so that nobody else closes this one.
                channel.close();
                throw why;
            }
            limitSilence(channel);
        } catch (IOException e) {
            lose(e);
            throw e;
        }
    }

    /** Returns whether there is nothing to come back for. */
    private boolean isTheEnd(Ticket shown) {
        return shown.getGraceMs() == 0 || closed || refused || (leaving && sent.isEmpty());
    }

    private synchronized void lose(IOException why) {
        if (lost == null) {
            lost = why;
        }
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        channel.close();
    }
}
