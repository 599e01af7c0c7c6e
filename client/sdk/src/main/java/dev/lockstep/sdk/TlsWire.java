package dev.lockstep.sdk;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Bytes through TLS 1.3. An engine may wrap and unwrap at a time, but neither of them twice. */
final class TlsWire implements Wire {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;

    /** What has come and is not decrypted yet, up to its position. */
    private ByteBuffer arrived;

    /** What was decrypted and not read yet, from its position on. */
    private ByteBuffer decrypted;

    /** What was encrypted and has not left yet, from its position on. Guarded by this. */
    private ByteBuffer leaving;

    private TlsWire(SocketChannel socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
        int packetBytes = engine.getSession().getPacketBufferSize();
        arrived = ByteBuffer.allocate(packetBytes);
        leaving = ByteBuffer.allocate(packetBytes).limit(0);
        decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
    }

    /**
     * Shakes hands.
     *
     * @param socket connected, in non-blocking mode; its owner closes it on failure
     * @throws javax.net.ssl.SSLException if one does not trust the other
     * @throws SocketTimeoutException if it takes too long
     */
    static TlsWire shakeHands(SocketChannel socket, SSLEngine engine, long timeoutMs)
            throws IOException {
        TlsWire wire = new TlsWire(socket, engine);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        try (Selector selector = socket.provider().openSelector()) {
            SelectionKey key = socket.register(selector, 0);
            engine.beginHandshake();
            while (wire.shakes()) {
                int awaited = wire.proceed();
                if (awaited != 0) {
                    key.interestOps(awaited);
                    await(selector, deadline);
                }
            }
            return wire;
        } catch (SSLException e) {
            wire.tellWhy(e);
            throw e;
        }
    }

    /** Lets the other side know why it is not trusted, if that takes no waiting. */
    private void tellWhy(SSLException reason) {
        try {
            wrap(NOTHING);
            flush();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private boolean shakes() {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING || leaves();
    }

    private synchronized boolean leaves() {
        return leaving.hasRemaining();
    }

    /** Does the next thing of a handshake; returns the operation that it waits for, or 0. */
    private int proceed() throws IOException {
        if (!flush()) {
            return SelectionKey.OP_WRITE;
        }
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> runTasks();
            case NEED_WRAP -> wrap(NOTHING);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                return unwrapOrReceive();
            }
            case FINISHED, NOT_HANDSHAKING -> {}
        }
        return 0;
    }

    private int unwrapOrReceive() throws IOException {
        if (unwrap()) {
            return 0;
        }
        int count = socket.read(arrived);
        if (count < 0) {
            throw new EOFException("connection closed during the TLS handshake");
        }
        return count == 0 ? SelectionKey.OP_READ : 0;
    }

    private static void await(Selector selector, long deadline) throws IOException {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (leftMs <= 0) {
            throw new SocketTimeoutException("no TLS handshake in time");
        }
        selector.select(leftMs);
        selector.selectedKeys().clear();
    }

    @Override
    public SocketChannel socket() {
        return socket;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (!decrypted.hasRemaining()) {
            if (engine.isInboundDone()) {
                return -1;
            }
            if (!unwrap()) {
                int count = socket.read(arrived);
                if (count <= 0) {
                    return count;
                }
            }
        }
        int count = Math.min(decrypted.remaining(), into.remaining());
        into.put(into.position(), decrypted, decrypted.position(), count);
        into.position(into.position() + count);
        decrypted.position(decrypted.position() + count);
        return count;
    }

    /** Decrypts one record; returns whether there was a whole one. */
    private boolean unwrap() throws IOException {
        decrypted.clear();
        arrived.flip();
        SSLEngineResult result;
        try {
            result = engine.unwrap(arrived, decrypted);
        } finally {
            arrived.compact();
            decrypted.flip();
        }
        runTasks();
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            wrap(NOTHING); // The answer to a change of keys leaves with what is written next.
        }
        return switch (result.getStatus()) {
            case OK, CLOSED -> true;
            case BUFFER_UNDERFLOW -> unwrapLonger();
            case BUFFER_OVERFLOW -> {
                decrypted = ByteBuffer.allocate(2 * decrypted.capacity()).limit(0);
                yield true;
            }
        };
    }

    /** Makes room for a record that is longer than what can be held. */
    private boolean unwrapLonger() {
        if (!arrived.hasRemaining()) {
            arrived = ByteBuffer.allocate(2 * arrived.capacity()).put(arrived.flip());
        }
        return false;
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask();
                task != null;
                task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    @Override
    public synchronized boolean write(ByteBuffer from) throws IOException {
        while (flush()) {
            if (!from.hasRemaining()) {
                return true;
            }
            wrap(from);
        }
        return false;
    }

    /** Encrypts one record; what was encrypted before stays in front of it. */
    private synchronized void wrap(ByteBuffer from) throws IOException {
        leaving.compact();
        try {
            SSLEngineResult result = engine.wrap(from, leaving);
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                leaving = ByteBuffer.allocate(2 * leaving.capacity()).put(leaving.flip());
            } else if (result.getStatus() == SSLEngineResult.Status.CLOSED && from.hasRemaining()) {
                throw new EOFException("connection closed by the coordinator");
            }
        } finally {
            leaving.flip();
        }
    }

    /** Returns whether all that was encrypted has left. */
    private synchronized boolean flush() throws IOException {
        socket.write(leaving);
        return !leaving.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        try {
            sayFarewell();
        } finally {
            socket.close();
        }
    }

    /** Says that it closes, if that takes no waiting and there is still somebody to hear it. */
    private void sayFarewell() {
        engine.closeOutbound();
        try {
            wrap(NOTHING);
            flush();
        } catch (IOException e) {
            // The coordinator, or another thread, was first to close: then it was said, or nobody
            // listens.
        }
    }
}
