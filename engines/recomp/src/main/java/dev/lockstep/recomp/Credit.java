package dev.lockstep.recomp;

/**
 * What regions may still execute, and what they have executed: steps and blocks in one long, so
 * that a block costs one addition, and a test of the sign tells whether to stop.
 *
 * <p>The low bits count blocks up from 0; above them the steps left are counted, negative, up to 0.
 */
final class Credit {
    private static final int BLOCK_BITS = 20;

    /** Steps that regions may execute in one go: so many that blocks cannot overflow. */
    private static final long MAX_STEPS = 900_000;

    /**
     * Steps that regions may execute beyond their credit, since they do not test it everywhere: not
     * along an acyclic path through one, but wherever one is entered or comes back to another.
     */
    static final long MARGIN_STEPS = RegionPlanner.MAX_INSTRUCTIONS;

    private Credit() {}

    /** Returns of the steps wanted those that regions may be given in one go. */
    static long grant(long steps) {
        return Math.clamp(steps, 0, MAX_STEPS);
    }

    static long of(long steps) {
        return -steps << BLOCK_BITS;
    }

    /** Returns what a block of so many steps adds. */
    static long ofBlock(int steps) {
        return ofSteps(steps) + 1;
    }

    /** Returns what so many steps add that are no block. */
    static long ofSteps(int steps) {
        return (long) steps << BLOCK_BITS;
    }

    static boolean isLeft(long credit) {
        return credit < 0;
    }

    static long stepsDone(long credit, long granted) {
        return granted + (credit >> BLOCK_BITS);
    }

    static long blocksDone(long credit) {
        return credit & ((1 << BLOCK_BITS) - 1);
    }
}
