package dev.lockstep.cli.bench;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A part of one execution of a program.
 *
 * @param engineNs by the engines' own clocks
 * @param wallMs of the whole execution, from the start of the command to its end
 */
record Lap(long steps, long blocks, long engineNs, long wallMs) {
    private static final double SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Returns what came after {@code mark}, an execution of the first part of the same work. What
     * both pay once, such as the compilation of what is executed often, cancels out.
     */
    Lap since(Lap mark) {
        return new Lap(steps - mark.steps, blocks - mark.blocks, engineNs - mark.engineNs, wallMs);
    }

    double blocksPerSecond() {
        return blocks * SECOND_NS / engineNs;
    }

    double stepsPerSecond() {
        return steps * SECOND_NS / engineNs;
    }

    /** Returns the one in the middle by rate; of an even number the slower of the two. */
    static Lap median(List<Lap> laps) {
        List<Lap> sorted =
                laps.stream().sorted(Comparator.comparingDouble(Lap::blocksPerSecond)).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
