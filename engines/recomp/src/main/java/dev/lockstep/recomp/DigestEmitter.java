package dev.lockstep.recomp;

import dev.lockstep.protocol.Digest;

import java.lang.classfile.CodeBuilder;

/**
 * Emits the counting of effects into the digest (docs/protocol.md, "Digest"), or nothing at all in
 * a free run.
 */
final class DigestEmitter {
    private static final StaticCall MIX = StaticCall.of(Digest.class, "mix");
    private static final StaticCall MIX_STORE = StaticCall.of(Digest.class, "mixStore");

    private final CodeBuilder code;
    private final int slot;
    private final boolean recorded;

    /**
     * @param slot the local that holds S
     */
    DigestEmitter(CodeBuilder code, int slot, boolean recorded) {
        this.code = code;
        this.slot = slot;
        this.recorded = recorded;
    }

    void begin() {
        if (recorded) {
            code.lconst_0().lstore(slot);
        }
    }

    /** Pushes S. */
    void push() {
        if (recorded) {
            code.lload(slot);
        } else {
            code.lconst_0();
        }
    }

    /** Counts the value on top of the stack and leaves it there. */
    void count(long pc, int effect) {
        if (recorded) {
            code.dup2();
            MIX.emit(code);
            weigh(pc, effect);
        }
    }

    /** Counts a store, given the locals that hold its address and value. */
    void countStore(long pc, int width, int addressSlot, int valueSlot) {
        if (recorded) {
            code.lload(addressSlot).lload(valueSlot);
            if (width < Long.BYTES) {
                code.loadConstant((1L << (width * Byte.SIZE)) - 1).land();
            }
            MIX_STORE.emit(code);
            weigh(pc, Digest.storeSlot(width));
        }
    }

    /** Counts a taken transfer to a known target. */
    void countTransfer(long pc, long target) {
        if (recorded) {
            code.lload(slot)
                    .loadConstant(Digest.mix(target) * Digest.constant(pc, Digest.TRANSFER))
                    .ladd()
                    .lstore(slot);
        }
    }

    void turn() {
        if (recorded) {
            code.lload(slot).loadConstant(Digest.TURN).lmul().lstore(slot);
        }
    }

    private void weigh(long pc, int effect) {
        code.loadConstant(Digest.constant(pc, effect)).lmul().lload(slot).ladd().lstore(slot);
    }
}
