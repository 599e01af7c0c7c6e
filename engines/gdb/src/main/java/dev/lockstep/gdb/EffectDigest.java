package dev.lockstep.gdb;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording.Effects;

/** Counts what a step did in the hart's open digest (docs/protocol.md, "Digest"). */
final class EffectDigest {
    private final Hart hart;
    private final Effects counted;

    EffectDigest(Hart hart, Effects counted) {
        this.hart = hart;
        this.counted = counted;
    }

    /** Counts a write of an x or f register or of a CSR. */
    void addWrite(long pc, int slot, long value) {
        if (counted == Effects.FULL) {
            add(pc, slot, Digest.mix(value));
        }
    }

    void addStore(long pc, long address, int width, long value) {
        if (counted == Effects.FULL || counted == Effects.COMMIT) {
            add(pc, Digest.storeSlot(width), Digest.mixStore(address, value));
        }
    }

    /**
     * Counts a taken transfer.
     *
     * @return whether it turns
     */
    boolean addTransfer(long pc, long target, boolean indirect) {
        if (counted == Effects.NONE) {
            return false;
        }
        add(pc, Digest.TRANSFER, Digest.mix(target));
        boolean turns = Digest.turns(indirect, pc, target);
        if (turns) {
            hart.openDigest *= Digest.TURN;
        }
        return turns;
    }

    private void add(long pc, int slot, long mixed) {
        hart.openDigest += mixed * Digest.constant(pc, slot);
    }
}
