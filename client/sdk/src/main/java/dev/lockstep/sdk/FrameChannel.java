package dev.lockstep.sdk;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

import dev.lockstep.protocol.Protocol;

import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;

/**
 * Whole frames over a blocking Unix-domain stream socket. One thread may read while another writes.
 *
 * <pre>
 *   | length u32, little-endian | one protobuf message of that length |
 * </pre>
 */
final class FrameChannel implements Closeable {
    private static final int INITIAL_BUFFER_BYTES = 64 << 10;

    private final ByteChannel channel;
    private ByteBuffer input = newBuffer(INITIAL_BUFFER_BYTES);
    private ByteBuffer output = newBuffer(INITIAL_BUFFER_BYTES);

    private FrameChannel(ByteChannel channel) {
        this.channel = channel;
        input.limit(0);
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

    void write(MessageLite message) throws IOException {
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
        while (output.hasRemaining()) {
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
                            + ")");
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
            if (channel.read(input) < 0) {
                throw new EOFException("connection closed by the coordinator");
            }
        }
        input.flip();
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
    }
}
