package dev.lockstep.recomp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Recording;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;

/**
 * Emits the counting of effects into the digest (docs/protocol.md, "Digest"), or nothing at all for
 * what the {@link Recording} does not count. S is in a local; with records it starts from 0 in each
 * block, else it goes on from one method to the next in {@code hart.openDigest}.
 */
final class DigestEmitter {
    private static final String RESTING_PLACE = "openDigest";

    private final CodeBuilder code;
    private final int slot;
    private final Recording.Effects effects;
    private final boolean perBlock;

    /**
     * @param slot the local that holds S
     */
    DigestEmitter(CodeBuilder code, int slot, Recording recording) {
        this.code = code;
        this.slot = slot;
        effects = recording.effects();
        perBlock = recording.batch() != null;
    }

    private boolean counts() {
        return effects != Recording.Effects.NONE;
    }

    private boolean goesOn() {
        return counts() && !perBlock;
    }

    private boolean counts(int effect) {
        return switch (effects) {
            case NONE -> false;
            case PATH -> effect == Digest.TRANSFER || effect == Digest.TRAP;
            case COMMIT -> effect >= Digest.STORE && effect < Digest.CSR;
            case FULL -> true;
        };
    }

    /** Gives S its value where code is entered, or comes back from what it has called. */
    void enter() {
        if (goesOn()) {
            Field.HART.push(code);
            code.getfield(Names.HART_TYPE, RESTING_PLACE, ConstantDescs.CD_long).lstore(slot);
        } else {
            clear();
        }
    }

    /** Keeps S where code is left or calls other code. */
    void leave() {
        if (goesOn()) {
            Field.HART.push(code);
            code.lload(slot).putfield(Names.HART_TYPE, RESTING_PLACE, ConstantDescs.CD_long);
        }
    }

    void beginBlock() {
        if (!goesOn()) {
            clear();
        }
    }

    private void clear() {
        if (counts()) {
            code.lconst_0().lstore(slot);
        }
    }

    /** Pushes S. */
    void push() {
        if (counts()) {
            code.lload(slot);
        } else {
            code.lconst_0();
        }
    }

    /** Counts the value on top of the stack and leaves it there. */
    void count(long pc, int effect) {
        if (counts(effect)) {
            code.dup2();
            mix();
            weigh(pc, effect);
        }
    }

    /** Counts a store, given the locals that hold its address and value. */
    void countStore(long pc, int width, int addressSlot, int valueSlot) {
        int effect = Digest.storeSlot(width);
        if (counts(effect)) {
            code.lload(addressSlot).loadConstant(Digest.ADDRESS).lmul().lload(valueSlot);
            if (width < Long.BYTES) {
                code.loadConstant((1L << (width * Byte.SIZE)) - 1).land();
            }
            code.ladd();
            mix();
            weigh(pc, effect);
        }
    }

    /** Counts a taken transfer to a known target. */
    void countTransfer(long pc, long target) {
        if (counts(Digest.TRANSFER)) {
            code.lload(slot)
                    .loadConstant(Digest.mix(target) * Digest.constant(pc, Digest.TRANSFER))
                    .ladd()
                    .lstore(slot);
        }
    }

    void turn() {
        if (counts()) {
            code.lload(slot).loadConstant(Digest.TURN).lmul().lstore(slot);
        }
    }

    /** Emits what {@link Digest#mix} does: as calls there were more than HotSpot inlines. */
    private void mix() {
        code.loadConstant(Digest.OFFSET).ladd().dup2().loadConstant(Integer.SIZE).lushr().lxor();
    }

    private void weigh(long pc, int effect) {
        code.loadConstant(Digest.constant(pc, effect)).lmul().lload(slot).ladd().lstore(slot);
    }
}
