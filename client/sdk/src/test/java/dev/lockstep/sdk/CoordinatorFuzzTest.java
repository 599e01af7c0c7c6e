package dev.lockstep.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A coordinator that sends anything at all: frames of ours, distorted. */
@Timeout(300)
class CoordinatorFuzzTest {
    private static final Path GOLDEN = Path.of("../../proto/src/main/proto/lockstep/v1/golden");
    private static final int FRAMES = 1_000_000;
    private static final int STREAMS = 2_000;
    private static final int FRAMES_PER_INBOX = 1_000;

    private final long seed = Long.getLong("lockstep.fuzz.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    /** What is read is made as it is read. */
    private static final class Source implements Wire {
        private final SocketChannel socket = SocketChannel.open();
        private final Supplier<byte[]> more;
        private ByteBuffer next = ByteBuffer.allocate(0);

        /**
         * @param more returns what comes next, nothing at the end
         */
        Source(Supplier<byte[]> more) throws IOException {
            this.more = more;
            socket.configureBlocking(false);
        }

        @Override
        public SocketChannel socket() {
            return socket;
        }

        @Override
        public int read(ByteBuffer into) {
            if (!next.hasRemaining()) {
                next = ByteBuffer.wrap(more.get());
            }
            if (!next.hasRemaining()) {
                return -1;
            }
            int count = Math.min(next.remaining(), into.remaining());
            into.put(next.slice().limit(count));
            next.position(next.position() + count);
            return count;
        }

        @Override
        public boolean write(ByteBuffer from) {
            from.position(from.limit());
            return true;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void aDistortedFrameIsTakenOrIsABadFrame() throws IOException {
        System.out.println("seed " + seed);
        List<byte[]> golden = golden("coordinator-.*");
        AtomicInteger made = new AtomicInteger();
        Supplier<byte[]> frames =
                () -> {
                    made.incrementAndGet();
                    return withLength(distorted(golden.get(random.nextInt(golden.size()))));
                };
        FrameChannel channel = new FrameChannel(new Source(frames));
        int taken = 0;
        int bad = 0;
        while (made.get() < FRAMES) {
            Line line = new Line(CoordinatorAddress.of(Path.of("/none")), channel);
            Inbox inbox = new Inbox(line, () -> {});
            for (int i = 0; i < FRAMES_PER_INBOX; i++) {
                try {
                    inbox.receive(line.read());
                    taken++;
                } catch (BadFrameException e) {
                    bad++;
                }
            }
        }
        channel.close();
        System.out.printf("%d taken, %d bad%n", taken, bad);
        assertThat(taken).isPositive();
        assertThat(bad).isPositive();
    }

    @Test
    void aDistortedStreamEndsWithAWordOnWhatIsWrong() throws IOException {
        System.out.println("seed " + seed);
        // With a ticket it would not be the end: that is another test.
        List<byte[]> golden = golden("(?!coordinator-ticket)coordinator-.*");
        for (int i = 0; i < STREAMS; i++) {
            Iterator<byte[]> stream =
                    List.of(cut(distorted(stream(golden))), new byte[0]).iterator();
            Line line =
                    new Line(
                            CoordinatorAddress.of(Path.of("/none")),
                            new FrameChannel(new Source(stream::next)));
            SessionEndedException end = new Inbox(line, () -> {}).awaitEnd();
            assertThat(end.getMessage()).as("stream %d of seed %d", i, seed).isNotNull();
            line.close();
        }
    }

    /** Returns some frames, one behind the other, as they travel. */
    private byte[] stream(List<byte[]> golden) {
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            bytes.put(withLength(golden.get(random.nextInt(golden.size()))));
        }
        byte[] stream = new byte[bytes.position()];
        bytes.flip().get(stream);
        return stream;
    }

    private byte[] cut(byte[] bytes) {
        return random.nextBoolean()
                ? bytes
                : Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }

    private byte[] distorted(byte[] frame) {
        byte[] bytes = frame.clone();
        for (int i = bytes.length == 0 ? 0 : random.nextInt(0, 4); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) 0xFF;
                default -> {
                    int from = random.nextInt(bytes.length);
                    System.arraycopy(
                            bytes, from, bytes, at, Math.min(8, bytes.length - Math.max(at, from)));
                }
            }
        }
        return bytes;
    }

    private static byte[] withLength(byte[] message) {
        return ByteBuffer.allocate(4 + message.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(message.length)
                .put(message)
                .array();
    }

    /** Returns the messages of all frames whose files have such names. */
    private static List<byte[]> golden(String names) throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.filter(file -> file.getFileName().toString().matches(names))
                    .sorted()
                    .map(CoordinatorFuzzTest::message)
                    .toList();
        }
    }

    private static byte[] message(Path file) {
        try {
            byte[] frame = HexFormat.of().parseHex(Files.readString(file).replaceAll("\\s", ""));
            return Arrays.copyOfRange(frame, 4, frame.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
