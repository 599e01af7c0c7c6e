package dev.lockstep.gdb;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a stub listens.
 *
 * @param text as typed: the path of a Unix socket, HOST:PORT, or :PORT on this machine
 */
record StubAddress(String text, SocketAddress socket) {
    /** How long a stub may take to listen, since people start both at once. */
    private static final long PATIENCE_MS = 5000;

    private static final long PAUSE_MS = 20;

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("\\[?([^/\\[\\]]*?)\\]?:(\\d{1,5})");

    private static final int MAX_PORT = 0xffff;

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is none
     */
    static StubAddress parse(String text) {
        Matcher tcp = HOST_AND_PORT.matcher(text);
        if (!tcp.matches()) {
            return new StubAddress(text, UnixDomainSocketAddress.of(text));
        }
        int port = Integer.parseInt(tcp.group(2));
        if (port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "port: %d (expected: 0 to %d)".formatted(port, MAX_PORT));
        }
        String host = tcp.group(1).isEmpty() ? "localhost" : tcp.group(1);
        return new StubAddress(text, new InetSocketAddress(host, port));
    }

    /**
     * Connects, waiting a little for somebody to listen.
     *
     * @throws IOException if nobody does; says what to do
     */
    SocketChannel connect() throws IOException {
        if (socket instanceof InetSocketAddress tcp && tcp.isUnresolved()) {
            throw new UnknownHostException(
                    "gdb:%s: the host has no address (expected: HOST:PORT)".formatted(text));
        }
        long deadline = System.nanoTime() + PATIENCE_MS * 1_000_000;
        while (true) {
            try {
                return open();
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            ("gdb:%s: no stub can be reached: %s (expected: an emulator that waits"
                                            + " there, for example qemu-riscv64 -g %s -R 0x7ffff000"
                                            + " PROGRAM)")
                                    .formatted(text, e.getMessage(), text),
                            e);
                }
                pause();
            }
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel =
                socket instanceof InetSocketAddress
                        ? SocketChannel.open()
                        : SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(socket);
            if (socket instanceof InetSocketAddress) {
                // A packet is an answer away from the next: none may wait to be sent.
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a stub", e);
        }
    }
}
