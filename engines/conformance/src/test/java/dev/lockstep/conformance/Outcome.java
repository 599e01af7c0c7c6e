package dev.lockstep.conformance;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an opinion made of a program.
 *
 * @param end how the program ended: {@link #AS_EXPECTED}, or what happened instead
 * @param states the records of the cases, with the states after the sequences
 * @param blocks what was reported of each block (RecordLayout), empty of who reports no blocks at
 *     all: who should and does not has an empty buffer, and differs
 */
record Outcome(String name, String end, ByteBuffer states, Optional<ByteBuffer> blocks) {
    static final String AS_EXPECTED = "at its end";

    boolean isAtItsEnd() {
        return end.equals(AS_EXPECTED);
    }

    long state(int offset) {
        return states.getLong(offset);
    }
}
