package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Recording.Effects;

/** Collects what instructions do besides writing rd: the effects no row's weight covers. */
final class SideEffects {
    private final Effects counted;
    private long sum;

    SideEffects(Effects counted) {
        this.counted = counted;
    }

    /** Adds that the instruction at {@code pc} writes a CSR. */
    void addCsr(long pc, int csr, long value) {
        if (counted == Effects.FULL) {
            add(pc, Digest.CSR + csr, value);
        }
    }

    /** Adds that it stores; {@code folded} is what {@link Meaning} makes of that. */
    void addStore(long pc, int width, long folded) {
        if (counted == Effects.COMMIT || counted == Effects.FULL) {
            add(pc, Digest.storeSlot(width), folded);
        }
    }

    private void add(long pc, int slot, long value) {
        sum += Digest.mix(value) * Digest.constant(pc, slot);
    }

    /** Returns what was added since the last call, for the digest. */
    long take() {
        long taken = sum;
        sum = 0;
        return taken;
    }
}
