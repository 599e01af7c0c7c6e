package dev.lockstep.server.run;

/**
 * How far apart divergences lie, counted in pairs of blocks, and when to give up: exactly as
 * contrib/plugins/lockstep.c of QEMU has it, in constant memory (docs/divergences.md).
 */
final class DistanceTracker {
    private long passedPairs;
    private long count;
    private long lastPair;
    private long distance;
    private boolean gaveUp;

    /** What is known at some time. */
    record Mark(long count, long lastPair, long distance, boolean gaveUp) {}

    /** Returns what is known now. */
    Mark mark() {
        return new Mark(count, lastPair, distance, gaveUp);
    }

    /** Forgets the divergences since then. */
    void goBackTo(Mark mark) {
        count = mark.count;
        lastPair = mark.lastPair;
        distance = mark.distance;
        gaveUp = mark.gaveUp;
    }

    long passedPairs() {
        return passedPairs;
    }

    /** Leaves pairs behind, equal or not. */
    void pass(long pairs) {
        passedPairs += pairs;
    }

    /** Takes note of a divergence in the pair after those passed. */
    void diverge() {
        long pair = passedPairs + 1;
        long next = count == 0 ? 0 : distanceOf(pair);
        gaveUp = next == 1 && distance == 1;
        distance = next;
        lastPair = pair;
        count++;
    }

    /** Returns how many divergences there were. */
    long count() {
        return count;
    }

    /** Returns the distance of the last divergence from the one before, 0 for the first. */
    long distance() {
        return distance;
    }

    /** Returns whether the last divergence was one too many. */
    boolean gaveUp() {
        return gaveUp;
    }

    /**
     * The plugin walks its log back to what was newest at the last divergence, and never looks at
     * the oldest entry. Nothing was logged at a divergence in the first pair, so it counts one less
     * from there.
     */
    private long distanceOf(long pair) {
        return lastPair > 1 ? pair - lastPair : Math.max(0, pair - 2);
    }
}
