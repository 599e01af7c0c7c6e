package dev.lockstep.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A piece of code that is entered at its beginning and left at its end, wherever it is placed.
 *
 * @param number of the sequence among those of its seed
 * @param branching whether it has branches, jumps, loops and calls
 * @param bytes the code, read only
 * @param bases the registers that must hold addresses when it begins, and that it leaves alone
 */
record Sequence(long number, boolean branching, ByteBuffer bytes, List<Base> bases) {
    long entry() {
        return Layout.entry(number);
    }

    /** Returns the code from its beginning. */
    ByteBuffer code() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
