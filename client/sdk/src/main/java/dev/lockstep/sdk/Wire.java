package dev.lockstep.sdk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Bytes to and from a coordinator over one connection. Nothing here waits. One thread may read
 * while another writes.
 */
interface Wire extends Closeable {
    /** Returns what to wait on, in non-blocking mode. */
    SocketChannel socket();

    /** Reads what has come: 0 if nothing has, -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes what the socket takes.
     *
     * @return whether all has left
     */
    boolean write(ByteBuffer from) throws IOException;

    /** Bytes as they are. */
    record Plain(SocketChannel socket) implements Wire {
        @Override
        public int read(ByteBuffer into) throws IOException {
            return socket.read(into);
        }

        @Override
        public boolean write(ByteBuffer from) throws IOException {
            socket.write(from);
            return !from.hasRemaining();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
