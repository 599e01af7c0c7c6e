package dev.lockstep.cli;

import java.util.Comparator;
import java.util.List;

/**
 * What one execution of a program took.
 *
 * @param engineMs by the engines' own clocks
 * @param wallMs from the start of the command to its end, Java's own start included
 */
record Lap(long steps, long blocks, long engineMs, long wallMs) {
    /**
     * Returns what came after {@code mark}, an execution of the first part of the same work. What
     * both pay once, such as the compilation of what is executed often, cancels out.
     */
    Lap since(Lap mark) {
        return new Lap(steps - mark.steps, blocks - mark.blocks, engineMs - mark.engineMs, wallMs);
    }

    double blocksPerSecond() {
        return blocks * 1000.0 / engineMs;
    }

    double stepsPerSecond() {
        return steps * 1000.0 / engineMs;
    }

    /** Returns the one in the middle by rate; of an even number the slower of the two. */
    static Lap median(List<Lap> laps) {
        List<Lap> sorted =
                laps.stream().sorted(Comparator.comparingDouble(Lap::blocksPerSecond)).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
