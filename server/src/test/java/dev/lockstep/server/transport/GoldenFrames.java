package dev.lockstep.server.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The captured frames of engines, and what comes of them on a bad way. */
final class GoldenFrames {
    private static final Path FOLDER = Path.of("../proto/src/main/proto/lockstep/v1/golden");
    private static final int LENGTH_BYTES = 4;

    private final SplittableRandom random;
    private final List<byte[]> frames;

    GoldenFrames(SplittableRandom random) throws IOException {
        this.random = random;
        try (Stream<Path> files = Files.list(FOLDER)) {
            frames =
                    files.filter(file -> file.getFileName().toString().startsWith("engine-"))
                            .sorted()
                            .map(GoldenFrames::bytes)
                            .toList();
        }
    }

    /** Returns the message of one of them. */
    static byte[] message(String name) {
        byte[] frame = bytes(FOLDER.resolve(name + ".hex"));
        return Arrays.copyOfRange(frame, LENGTH_BYTES, frame.length);
    }

    private static byte[] bytes(Path file) {
        try {
            return HexFormat.of().parseHex(Files.readString(file).replaceAll("\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns any frame, length first: as it is, distorted, rarely also in its length or its end.
     */
    byte[] next() {
        byte[] frame = frames.get(random.nextInt(frames.size())).clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            distort(frame, LENGTH_BYTES);
        }
        if (random.nextInt(32) == 0) {
            distort(frame, 0);
        }
        return random.nextInt(32) == 0
                ? Arrays.copyOf(frame, random.nextInt(frame.length + 1))
                : frame;
    }

    private void distort(byte[] frame, int from) {
        int at = random.nextInt(from, frame.length);
        switch (random.nextInt(3)) {
            case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> frame[at] = (byte) random.nextInt();
            default -> frame[at] = (byte) 0xFF;
        }
    }
}
