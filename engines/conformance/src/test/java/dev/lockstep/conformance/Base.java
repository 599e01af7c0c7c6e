package dev.lockstep.conformance;

import java.util.Random;

/**
 * A register that points near the scratch memory while a sequence is executed.
 *
 * @param bias how far from {@link Layout#MIDDLE} it points
 * @param jitterStep what the further distance, another one in every state, is a multiple of
 */
record Base(int register, int bias, int jitterStep) {
    static final int MAX_JITTER = 32;

    /** How far from {@link Layout#MIDDLE} accesses may begin, whatever the jitter. */
    static final int LOWEST = -Layout.HALF_SCRATCH + MAX_JITTER;

    static final int HIGHEST = Layout.HALF_SCRATCH - MAX_JITTER - Long.BYTES;

    boolean isAligned() {
        return bias == 0 && jitterStep % Long.BYTES == 0;
    }

    /** Returns the content of the register in a new state. */
    long address(Random random) {
        int steps = jitterStep == 0 ? 0 : MAX_JITTER / jitterStep;
        return Layout.MIDDLE + bias + (long) jitterStep * random.nextInt(-steps, steps + 1);
    }
}
