package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;

/**
 * What is known of the digest at a place in a trace when the trace is made: the effects that are
 * the same each time, and the turns. The nodes before that place carry only a rest, from which S
 * there is {@code (rest + sum) * factor}.
 *
 * <p>A turn should multiply all that came before it. Instead, what comes after it is divided: TURN
 * is odd, so it has an inverse, and that goes into the weights of the rows. The product is taken
 * once, where S is asked for; turns and transfers inside a trace cost nothing.
 *
 * @param sum the known effects, each divided by the turns before it
 * @param factor TURN to the power of the turns
 * @param inverse its inverse
 */
record Known(long sum, long factor, long inverse) {
    static final Known NOTHING = new Known(0, 1, 1);

    private static final long TURN_INVERSE = inverse(Digest.TURN);

    /** Newton's method: the lowest three bits are right at first, twice as many after each step. */
    private static long inverse(long odd) {
        long inverse = odd;
        for (int bits = 3; bits < Long.SIZE; bits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }

    Known plus(long effect) {
        return new Known(sum + effect * inverse, factor, inverse);
    }

    /** Returns what is known after a direct transfer. */
    Known afterTransfer(long pc, long target, boolean turns) {
        Known after = plus(Digest.mix(target) * Digest.constant(pc, Digest.TRANSFER));
        return turns ? after.turned() : after;
    }

    Known turned() {
        return new Known(sum, factor * Digest.TURN, inverse * TURN_INVERSE);
    }

    /** Returns S where the nodes carry {@code rest}. */
    long digest(long rest) {
        return (rest + sum) * factor;
    }
}
