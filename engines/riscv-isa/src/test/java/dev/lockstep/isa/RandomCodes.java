package dev.lockstep.isa;

import java.util.Random;
import java.util.stream.IntStream;

/** Random encodings of given rows; the seed repeats them. */
final class RandomCodes {

    private static final int MAX_ATTEMPTS = 10_000;

    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());
    private final Random random = new Random(seed);

    long seed() {
        return seed;
    }

    /** Tells how to see a failure again. */
    String howToRepeat() {
        return "seed " + seed + "; repeat with -Dlockstep.seed=" + seed;
    }

    /** Returns encodings that decode by {@code row}, with 0 in the bits that hardware ignores. */
    IntStream of(Row row, int count) {
        return IntStream.range(0, count).map(i -> one(row));
    }

    private int one(Row row) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            int code = (random.nextInt() & usedBits(row.pattern())) | row.pattern().match();
            if (Decoder.rule(code).row().equals(row)) {
                return code;
            }
        }
        throw new AssertionError(row.mnemonic() + " is never decoded; " + howToRepeat());
    }

    private static int usedBits(BitPattern pattern) {
        return pattern.fields().stream()
                .flatMap(field -> field.segments().stream())
                .mapToInt(segment -> segment.insert(-1))
                .reduce(0, (a, b) -> a | b);
    }
}
