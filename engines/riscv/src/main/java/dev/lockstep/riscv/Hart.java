package dev.lockstep.riscv;

import dev.lockstep.protocol.Digest;

/**
 * The state of one guest hardware thread. Engines work on it directly, so its fields are public;
 * outside {@link Executor#run} all of them are exact.
 *
 * <p>Confined to the engine's thread.
 */
public final class Hart implements Portable {
    private static final int FFLAGS_BITS = 5;
    private static final int FFLAGS = (1 << FFLAGS_BITS) - 1;
    private static final int FCSR = 0xff;

    /** Value of {@link #reservation} when there is none. */
    public static final long NO_RESERVATION = -1;

    /** Integer registers; {@code x[0]} is always 0. */
    public final long[] x = new long[32];

    /** Floating-point registers as 64 raw bits; a single is NaN-boxed. */
    public final long[] f = new long[32];

    /** Accrued exception flags, 5 bits: NV DZ OF UF NX from bit 4 down. */
    public int fflags;

    /** Dynamic rounding mode, 3 bits. */
    public int frm;

    /**
     * Whether the floating-point unit is on. Instructions that need it are legal or not when they
     * are read, so that executing them costs nothing: after a change all code has to be forgotten.
     */
    public boolean hasFloats = true;

    /** Address of the next instruction. */
    public long pc;

    /** Instructions completed or trapped since the start. */
    public long steps;

    /** Blocks completed since the start. */
    public long blocks;

    /** Address reserved by LR, or {@link #NO_RESERVATION}. */
    public long reservation = NO_RESERVATION;

    /** Value that LR loaded, sign-extended: SC succeeds only while memory still holds it. */
    public long reservedValue;

    /**
     * Digest (S) of the open record: the steps of the current block that an engine handed back in
     * the middle.
     */
    public long openDigest;

    /** Which effects the digest counts; the others are not added. */
    public Recording.Effects counted = Recording.Effects.FULL;

    /** Turns of the open record. */
    public int openTurns;

    /** Steps of the open record; {@link #steps} includes them. */
    public int openSteps;

    /** Cause of the trap that {@link Executor#run} stopped at. */
    public int trapCause;

    /**
     * What the trap concerns: the address of a page fault, the bits of an illegal instruction, else
     * 0. At {@link Stop#TIME} the register that receives the time.
     */
    public long trapValue;

    @Override
    public void exchange(Fields fields) {
        fields.numbers("x", 1, x);
        fields.numbers("f", 0, f);
        int fcsr = fields.number("fcsr", frm << FFLAGS_BITS | fflags, 0, FCSR);
        fflags = fcsr & FFLAGS;
        frm = fcsr >> FFLAGS_BITS;
        hasFloats = fields.flag("floats", hasFloats);
        pc = fields.bits("pc", pc, -Short.BYTES);
        steps = fields.number("steps", steps, 0, Long.MAX_VALUE);
        blocks = fields.number("blocks", blocks, 0, Long.MAX_VALUE);
        reservation = fields.number("reservation", reservation);
        reservedValue = fields.number("reserved_value", reservedValue);
        openDigest = fields.passing(openDigest, 0L);
        openTurns = fields.passing(openTurns, 0);
        openSteps = fields.passing(openSteps, 0);
        trapCause = fields.passing(trapCause, 0);
        trapValue = fields.passing(trapValue, 0L);
    }

    /** Adds to the open record that a step has left a value in a register. */
    public void addValue(long stepPc, int slot, long value) {
        if (counted == Recording.Effects.FULL) {
            openDigest += Digest.mix(value) * Digest.constant(stepPc, slot);
        }
    }

    /**
     * Adds to the open record that the instruction at {@link #pc} stored something.
     *
     * @param width in bytes: 1, 2, 4 or 8
     * @param value zero-extended from there
     */
    public void addStore(long address, int width, long value) {
        if (counted.compareTo(Recording.Effects.COMMIT) >= 0) {
            openDigest +=
                    Digest.mixStore(address, value) * Digest.constant(pc, Digest.storeSlot(width));
        }
    }

    /** Adds to the open record that the instruction at {@link #pc} trapped. */
    public void addTrap(int cause) {
        openDigest += Digest.mix(cause) * Digest.constant(pc, Digest.TRAP);
        turn();
    }

    /** Adds to the open record that the instruction at {@link #pc} jumped to a computed address. */
    public void addIndirectJump(long target) {
        addJump(target, true);
    }

    /** Adds to the open record that the instruction at {@link #pc} jumped. */
    public void addJump(long target, boolean indirect) {
        openDigest += Digest.mix(target) * Digest.constant(pc, Digest.TRANSFER);
        if (Digest.turns(indirect, pc, target)) {
            turn();
        }
    }

    private void turn() {
        openDigest *= Digest.TURN;
        openTurns++;
    }
}
