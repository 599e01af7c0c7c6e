package dev.lockstep.recomp;

/**
 * A region left before an instruction in the middle of a block, which nothing of has been done.
 *
 * <p>As a {@link Region#special} result, from the low bits up: the exit, the steps, the length of
 * the block, the pc.
 *
 * @param pc of the instruction, inside the largest window
 * @param steps of the block before it
 * @param blockSteps of the whole block, which the credit has been charged with
 */
record Interruption(long pc, int steps, int blockSteps) {
    private static final int STEPS_SHIFT = 8;
    private static final int BLOCK_SHIFT = 16;
    private static final int PC_SHIFT = 24;

    static boolean isOne(long result) {
        return (result & ((1 << STEPS_SHIFT) - 1)) == Region.special(Exit.INTERRUPTED);
    }

    static Interruption from(long result) {
        return new Interruption(
                result >>> PC_SHIFT,
                (int) (result >>> STEPS_SHIFT) & 0xFF,
                (int) (result >>> BLOCK_SHIFT) & 0xFF);
    }

    long result() {
        return Region.special(Exit.INTERRUPTED)
                | (long) steps << STEPS_SHIFT
                | (long) blockSteps << BLOCK_SHIFT
                | pc << PC_SHIFT;
    }

    /** Returns the correction of the credit. */
    long credit() {
        return Credit.ofSteps(steps) - Credit.ofBlock(blockSteps);
    }
}
