package dev.lockstep.riscv;

import dev.lockstep.protocol.Digest;

/**
 * The state of one guest hardware thread. Engines work on it directly, so its fields are public;
 * outside {@link Executor#run} all of them are exact.
 *
 * <p>Confined to the engine's thread.
 */
public final class Hart implements Rewindable {
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
    public Runnable checkpoint() {
        Hart kept = new Hart();
        kept.copy(this);
        return () -> copy(kept);
    }

    private void copy(Hart other) {
        System.arraycopy(other.x, 0, x, 0, x.length);
        System.arraycopy(other.f, 0, f, 0, f.length);
        fflags = other.fflags;
        frm = other.frm;
        hasFloats = other.hasFloats;
        pc = other.pc;
        steps = other.steps;
        blocks = other.blocks;
        reservation = other.reservation;
        reservedValue = other.reservedValue;
        openDigest = other.openDigest;
        openTurns = other.openTurns;
        openSteps = other.openSteps;
        trapCause = other.trapCause;
        trapValue = other.trapValue;
    }

    /** Adds to the open record that the instruction at {@link #pc} trapped. */
    public void addTrap(int cause) {
        openDigest += Digest.mix(cause) * Digest.constant(pc, Digest.TRAP);
        turn();
    }

    /** Adds to the open record that the instruction at {@link #pc} jumped to a computed address. */
    public void addIndirectJump(long target) {
        openDigest += Digest.mix(target) * Digest.constant(pc, Digest.TRANSFER);
        turn();
    }

    private void turn() {
        openDigest *= Digest.TURN;
        openTurns++;
    }
}
