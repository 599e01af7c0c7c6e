package dev.lockstep.conformance;

import java.util.stream.LongStream;

/**
 * What whoever runs the tests asks for with -Dlockstep.seed, -Dlockstep.sequence, -Dlockstep.cases.
 */
final class Request {
    private static final long FIXED_SEED = 1;

    private Request() {}

    /** Returns the seed asked for, or a new one. */
    static long seed() {
        return Long.getLong("lockstep.seed", System.nanoTime());
    }

    /** Returns the seed asked for, or one that is always tried and one that is new. */
    static LongStream seeds() {
        Long asked = Long.getLong("lockstep.seed");
        return asked == null ? LongStream.of(FIXED_SEED, seed()) : LongStream.of(asked);
    }

    static boolean isForAll() {
        return Long.getLong("lockstep.sequence") == null;
    }

    /** Returns the one sequence asked for, if not all are. */
    static long firstSequence() {
        return Long.getLong("lockstep.sequence", 0);
    }

    static long cases(long otherwise) {
        return Long.getLong("lockstep.cases", otherwise);
    }
}
