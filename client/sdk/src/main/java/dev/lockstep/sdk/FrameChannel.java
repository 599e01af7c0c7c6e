package dev.lockstep.sdk;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

import dev.lockstep.protocol.Protocol;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/**
 * Whole frames over one connection. One thread may read while others write.
 *
 * <p>Threads wait in selectors and never in the socket: a thread that waits in a read is woken in
 * vain whenever the peer takes what it was sent, which doubles the price of every exchange.
 *
 * <pre>
 *   | length u32, little-endian | one protobuf message of that length |
 * </pre>
 */
final class FrameChannel implements Closeable {
    private static final int INITIAL_BUFFER_BYTES = 64 << 10;

    /** How long a channel may be closed by another thread before one that waits for it notices. */
    private static final long CLOSED_CHECK_MS = 1000;

    /**
     * How long a frame is waited for without sleep: in a strict run the answer to a record is a few
     * microseconds away, and waking a thread, and the processor it slept on, takes many times that.
     */
    private static final long YIELD_NS = 200_000;

    /** Silence of any length. */
    static final long UNLIMITED_MS = Long.MAX_VALUE;

    private final Wire wire;
    private final Selector readable;
    private final Selector writable;
    private ByteBuffer input = newBuffer(INITIAL_BUFFER_BYTES);
    private ByteBuffer output = newBuffer(INITIAL_BUFFER_BYTES);

    private volatile long silenceLimitMs = UNLIMITED_MS;
    private volatile long heardNanos = System.nanoTime();

    FrameChannel(Wire wire) throws IOException {
        this.wire = wire;
        readable = selector(SelectionKey.OP_READ);
        writable = selector(SelectionKey.OP_WRITE);
        input.limit(0);
    }

    private Selector selector(int operation) throws IOException {
        Selector selector = wire.socket().provider().openSelector();
        wire.socket().register(selector, operation);
        return selector;
    }

    /**
     * Connects.
     *
     * @throws IOException if nobody listens there, or it takes longer than {@code timeoutMs}
     */
    static FrameChannel connect(CoordinatorAddress address, long timeoutMs) throws IOException {
        Wire wire = address.connect(timeoutMs);
        try {
            return new FrameChannel(wire);
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    /** Sets how long nothing may come while something is waited for, in either direction. */
    void limitSilence(long limitMs) {
        silenceLimitMs = limitMs;
    }

    void write(MessageLite message) throws IOException {
        write(message, message.getSerializedSize());
    }

    private synchronized void write(MessageLite message, int length) throws IOException {
        startFrame(length);
        CodedOutputStream body = CodedOutputStream.newInstance(output);
        message.writeTo(body);
        body.flush();
        sendFrame(length);
    }

    /** Writes a message that is serialized already. */
    synchronized void write(byte[] message) throws IOException {
        startFrame(message.length);
        output.put(message);
        sendFrame(message.length);
    }

    private void startFrame(int length) {
        if (length > Protocol.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "frame length: " + length + " (expected: <= " + Protocol.MAX_FRAME_BYTES + ")");
        }
        output = withCapacity(output, Protocol.LENGTH_BYTES + length);
        output.clear().putInt(length);
    }

    private void sendFrame(int length) throws IOException {
        output.position(0).limit(Protocol.LENGTH_BYTES + length);
        try {
            while (!wire.write(output)) {
                await(writable);
            }
        } catch (ClosedChannelException e) {
            throw closed();
        }
    }

    /**
     * Returns the next frame's message; valid until the next call.
     *
     * @throws EOFException if the peer closed the connection, between frames or within one
     */
    ByteBuffer read() throws IOException {
        fill(Protocol.LENGTH_BYTES);
        int length = input.getInt();
        if (length < 0 || length > Protocol.MAX_FRAME_BYTES) {
            throw new BadFrameException(
                    "frame length: "
                            + Integer.toUnsignedString(length)
                            + " (expected: <= "
                            + Protocol.MAX_FRAME_BYTES
                            + "); engines connect to the engine.sock of a coordinator");
        }
        fill(length);
        ByteBuffer message = input.slice(input.position(), length);
        input.position(input.position() + length);
        return message;
    }

    private void fill(int wanted) throws IOException {
        if (input.remaining() >= wanted) {
            return;
        }
        input = input.capacity() < wanted ? newBuffer(wanted).put(input) : input.compact();
        while (input.position() < wanted) {
            checkOpen();
            int count = readSoon();
            if (count > 0) {
                heardNanos = System.nanoTime();
            } else if (count == 0) {
                await(readable);
            } else {
                throw new EOFException("connection closed by the coordinator");
            }
        }
        input.flip();
    }

    /**
     * Reads what arrives within {@link #YIELD_NS}; returns 0 if nothing does. Nothing can have
     * arrived while those who are to send it wait for this thread's processor.
     */
    @SuppressWarnings("ThreadPriorityCheck") // Only speed depends on who gets the processor.
    private int readSoon() throws IOException {
        long start = System.nanoTime();
        int count;
        try {
            do {
                Thread.yield();
                count = wire.read(input);
            } while (count == 0 && System.nanoTime() - start < YIELD_NS);
        } catch (ClosedChannelException e) {
            throw closed();
        }
        return count;
    }

    /** A write that fails closes the channel, and a selector waits for ever on a closed one. */
    private void checkOpen() throws EOFException {
        if (!wire.socket().isOpen()) {
            throw closed();
        }
    }

    private static EOFException closed() {
        return new EOFException("connection closed");
    }

    private void await(Selector selector) throws IOException {
        checkOpen();
        try {
            selector.select(CLOSED_CHECK_MS);
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw closed();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        checkHeard();
    }

    /** A machine that is cut off says nothing, and no more than that. */
    private void checkHeard() throws IOException {
        long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
        if (silentMs > silenceLimitMs) {
            throw new IOException("the coordinator has been silent for %d ms".formatted(silentMs));
        }
    }

    private static ByteBuffer withCapacity(ByteBuffer buffer, int capacity) {
        return buffer.capacity() >= capacity ? buffer : newBuffer(capacity);
    }

    private static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        try (readable;
                writable) {
            wire.close();
        }
    }
}
