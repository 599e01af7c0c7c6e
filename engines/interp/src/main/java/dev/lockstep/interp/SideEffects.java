package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;

/** Collects what instructions do besides writing rd: the effects no row's weight covers. */
final class SideEffects {
    private long sum;

    /** Adds what the instruction at {@code pc} does to {@code slot} ({@link Digest}). */
    void add(long pc, int slot, long value) {
        sum += Digest.mix(value) * Digest.constant(pc, slot);
    }

    /** Returns what was added since the last call, for the digest. */
    long take() {
        long taken = sum;
        sum = 0;
        return taken;
    }
}
