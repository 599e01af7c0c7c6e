package dev.lockstep.server;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What QEMU's lockstep plugin does on its socket, for a guest that a test makes up. */
final class RawPlugin implements Closeable {
    private static final int MESSAGE_BYTES = 16;

    private final SocketChannel channel;
    private long executed;

    /** What it heard of its peer, each as pc and count. */
    final List<List<Long>> heard = new ArrayList<>();

    RawPlugin(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** Begins a block: says so, waits to hear of the peer, executes it. */
    void execute(long pc, long instructions) throws IOException {
        say(pc, executed);
        hear();
        executed += instructions;
    }

    void say(long pc, long count) throws IOException {
        send(message(pc, count));
    }

    static ByteBuffer message(long pc, long count) {
        return ByteBuffer.allocate(MESSAGE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(pc)
                .putLong(count)
                .flip();
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Throws EOFException when there is no peer any more. */
    void hear() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        bytes.flip();
        heard.add(List.of(bytes.getLong(), bytes.getLong()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
