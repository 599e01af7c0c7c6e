package dev.lockstep.conformance;

import java.nio.ByteBuffer;

/**
 * What an opinion made of a program.
 *
 * @param end how the program ended: {@link #AS_EXPECTED}, or what happened instead
 * @param states the records of the cases, with the states after the sequences
 * @param blocks what was reported of each block (RecordLayout), empty if nothing was
 */
record Outcome(String name, String end, ByteBuffer states, ByteBuffer blocks) {
    static final String AS_EXPECTED = "at its end";

    boolean isAtItsEnd() {
        return end.equals(AS_EXPECTED);
    }

    long state(int offset) {
        return states.getLong(offset);
    }
}
