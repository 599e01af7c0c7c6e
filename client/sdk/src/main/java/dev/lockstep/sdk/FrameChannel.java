package dev.lockstep.sdk;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

import dev.lockstep.protocol.Protocol;

import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

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
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Whole frames over a Unix-domain stream socket. One thread may read while others write.
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

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private ByteBuffer input = newBuffer(INITIAL_BUFFER_BYTES);
    private ByteBuffer output = newBuffer(INITIAL_BUFFER_BYTES);

    private FrameChannel(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        readable = selector(SelectionKey.OP_READ);
        writable = selector(SelectionKey.OP_WRITE);
        input.limit(0);
    }

    private Selector selector(int operation) throws IOException {
        Selector selector = channel.provider().openSelector();
        channel.register(selector, operation);
        return selector;
    }

    static FrameChannel connect(Path socket) throws IOException {
        AFUNIXSocketChannel channel = AFUNIXSocketChannel.open();
        try {
            channel.connect(AFUNIXSocketAddress.of(socket));
            return new FrameChannel(channel);
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "cannot connect to the coordinator at " + socket + ": " + e.getMessage(), e);
        }
    }

    synchronized void write(MessageLite message) throws IOException {
        int length = message.getSerializedSize();
        if (length > Protocol.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "frame length: " + length + " (expected: <= " + Protocol.MAX_FRAME_BYTES + ")");
        }
        output = withCapacity(output, Protocol.LENGTH_BYTES + length);
        output.clear().putInt(length);
        CodedOutputStream body = CodedOutputStream.newInstance(output);
        message.writeTo(body);
        body.flush();
        output.position(0).limit(Protocol.LENGTH_BYTES + length);
        channel.write(output);
        while (output.hasRemaining()) {
            await(writable);
            channel.write(output);
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
            throw new IOException(
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
            if (count == 0) {
                await(readable);
            }
            if (count < 0) {
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
                count = channel.read(input);
            } while (count == 0 && System.nanoTime() - start < YIELD_NS);
        } catch (ClosedChannelException e) {
            throw closed();
        }
        return count;
    }

    /** A write that fails closes the channel, and a selector waits for ever on a closed one. */
    private void checkOpen() throws EOFException {
        if (!channel.isOpen()) {
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
    }

    private static ByteBuffer withCapacity(ByteBuffer buffer, int capacity) {
        return buffer.capacity() >= capacity ? buffer : newBuffer(capacity);
    }

    private static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        writable.close();
    }
}
