package dev.lockstep.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy between engines and their coordinator that breaks connections at random moments: cuts
 * them, closes one direction, waits, or takes bytes that it never passes on. First words get
 * through, and so does everything once there were enough breaks.
 */
final class BrokenWay implements AutoCloseable {
    /** A Ticket and its length. Who has none cannot come back. */
    private static final int FIRST_WORDS_BYTES = 30;

    /** The connections that an engine comes with first, one for each of two; more than a Hello. */
    private static final int FIRST_CONNECTIONS = 2;

    private static final int HELLO_BYTES = 4 << 10;

    private static final int BUFFER_BYTES = 16 << 10;

    private static final List<Accident> ACCIDENTS = List.copyOf(EnumSet.allOf(Accident.class));

    private enum Accident {
        CUT,
        HALF_CLOSE,
        SWALLOW
    }

    private final ServerSocketChannel server;
    private final SocketAddress target;
    private final SplittableRandom random;
    private final int longestBytes;
    private final AtomicInteger breaksLeft;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private BrokenWay(
            ServerSocketChannel server,
            SocketAddress target,
            SplittableRandom random,
            int breaks,
            int longestBytes) {
        this.server = server;
        this.target = target;
        this.random = random;
        this.longestBytes = longestBytes;
        breaksLeft = new AtomicInteger(breaks);
    }

    /**
     * Opens a way from one Unix socket to another.
     *
     * @param longestBytes how much gets through one connection at most before it breaks
     */
    static BrokenWay open(
            Path socket, Path target, SplittableRandom random, int breaks, int longestBytes)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        BrokenWay way =
                new BrokenWay(
                        server, UnixDomainSocketAddress.of(target), random, breaks, longestBytes);
        Thread.ofVirtual().start(way::accept);
        return way;
    }

    /** Returns how many more connections will break. */
    int breaksLeft() {
        return Math.max(0, breaksLeft.get());
    }

    private void accept() {
        try {
            for (int count = 0; ; count++) {
                int helloBytes = count < FIRST_CONNECTIONS ? HELLO_BYTES : 0;
                SocketChannel engine = server.accept();
                SocketChannel coordinator = SocketChannel.open(target);
                open.add(engine);
                open.add(coordinator);
                Connection connection = new Connection(engine, coordinator, split());
                Thread.ofVirtual().start(() -> connection.pass(engine, coordinator, helloBytes));
                Thread.ofVirtual()
                        .start(() -> connection.pass(coordinator, engine, FIRST_WORDS_BYTES));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private synchronized SplittableRandom split() {
        return random.split();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    /** One connection, which breaks after so many bytes in either direction. */
    private final class Connection {
        private final SocketChannel engine;
        private final SocketChannel coordinator;
        private final SplittableRandom random;
        private boolean swallows;

        Connection(SocketChannel engine, SocketChannel coordinator, SplittableRandom random) {
            this.engine = engine;
            this.coordinator = coordinator;
            this.random = random;
        }

        void pass(SocketChannel from, SocketChannel to, int firstBytes) {
            SplittableRandom chance = split();
            long untilBreak = firstBytes + chance.nextLong(longestBytes);
            try {
                ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
                while (from.read(bytes.clear()) >= 0) {
                    bytes.flip();
                    if (bytes.remaining() > untilBreak && breaksLeft.getAndDecrement() > 0) {
                        bytes.limit((int) untilBreak);
                        write(to, bytes);
                        breakDown(to, chance);
                        return;
                    }
                    untilBreak -= bytes.remaining();
                    write(to, bytes);
                }
            } catch (IOException e) {
                // The other direction has broken.
            } finally {
                close();
            }
        }

        private synchronized SplittableRandom split() {
            return random.split();
        }

        private synchronized boolean swallows() {
            return swallows;
        }

        private void write(SocketChannel to, ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining() && !swallows()) {
                to.write(bytes);
            }
        }

        private void breakDown(SocketChannel to, SplittableRandom chance) throws IOException {
            switch (ACCIDENTS.get(chance.nextInt(ACCIDENTS.size()))) {
                case CUT -> {}
                case HALF_CLOSE -> {
                    to.shutdownOutput();
                    pause(chance.nextInt(20));
                }
                case SWALLOW -> {
                    synchronized (this) {
                        swallows = true;
                    }
                    pause(chance.nextInt(50));
                }
            }
        }

        private void close() {
            for (SocketChannel channel : Set.of(engine, coordinator)) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                open.remove(channel);
            }
        }
    }

    private static void pause(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
