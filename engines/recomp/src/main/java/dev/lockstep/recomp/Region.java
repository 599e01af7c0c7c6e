package dev.lockstep.recomp;

/**
 * Base of the classes made for regions: guest blocks around a hot one, compiled into one method so
 * that loops and registers stay inside it. Regions call each other as the guest's functions do.
 */
abstract class Region extends Translation {
    /**
     * Calls of regions by regions at most, one within the other, computed jumps included. Beyond it
     * they return to the run loop, so that a guest's recursion needs no stack of ours.
     */
    static final int MAX_DEPTH = 100;

    /**
     * Executes blocks from the region's first on, within {@link Guest#credit}: none if there is no
     * credit left.
     *
     * @param depth how many regions wait for this one to return
     * @return the address to go on at; or, being odd, a {@link #special} exit
     */
    abstract long run(int depth);

    /** Returns the result for an exit that is final: {@code hart.pc} is set, nobody goes on. */
    static long special(int exit) {
        return ((long) exit << 1) | 1;
    }

    static boolean isSpecial(long result) {
        return (result & 1) != 0;
    }

    /** Returns the {@link Exit} that was given to {@link #special}. */
    static int exit(long special) {
        return (int) (special >> 1);
    }

    /**
     * Goes on, after a region that was called came back with another address than where its caller
     * goes on, until it comes there. Called by compiled code.
     *
     * @return {@code expected}, or what the caller has to return in its turn
     */
    static long resume(long result, long expected, int depth, Guest guest) {
        long next = result;
        while (next != expected
                && !isSpecial(next)
                && depth < MAX_DEPTH
                && Credit.isLeft(guest.credit)) {
            Region region = guest.regions.find(next);
            if (region == null) {
                return next;
            }
            next = region.run(depth + 1);
        }
        return next;
    }
}
