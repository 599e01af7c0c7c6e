package dev.lockstep.recomp;

import dev.lockstep.riscv.block.GuestBlock;

/**
 * What surrounds a guest block in the method being made: where it keeps things, and how it ends.
 * {@link Emitter} fills it.
 */
interface Frame {
    /** Returns the block being emitted. */
    GuestBlock block();

    Registers registers();

    DigestEmitter digest();

    /** Notes at which instruction of the block a trap from now on would have happened. */
    void mark(int index, long pc);

    /**
     * Takes an address and pushes what is there, sign-extended.
     *
     * @param addressSlot a local to keep the address in
     */
    void load(int width, int addressSlot);

    /** Stores the low bytes of a value; address and value are in locals. */
    void store(int width, int addressSlot, int valueSlot);

    /**
     * Emits the end of the block at a step boundary, on to a known target.
     *
     * @param link {@link Exit#NEXT} or {@link Exit#TAKEN}
     * @param turns how often the digest turned, 0 or 1
     */
    void go(int link, long target, int turns);

    /** Emits the end of the block by an indirect jump, on to the pc on the stack. */
    void goIndirect();

    /** Emits the hand-back of an ecall. */
    void handBackEcall(int index, long pc);

    /** Emits a trap that is certain to happen. */
    void raise(int index, long pc, int cause, long value);
}
