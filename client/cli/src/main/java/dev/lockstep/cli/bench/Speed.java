package dev.lockstep.cli.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How fast a program was executed.
 *
 * @param warm steps per second after the warm-up
 * @param cold steps of the first second
 * @param wallMs from the start of the command to its end
 */
record Speed(double warm, double cold, double wallMs) {
    /** Returns the median of each figure; of an even number the lower of the two. */
    static Speed median(List<Speed> speeds) {
        return new Speed(
                median(speeds, Speed::warm),
                median(speeds, Speed::cold),
                median(speeds, Speed::wallMs));
    }

    /** Returns the geometric mean of each figure. */
    static Speed geomean(List<Speed> speeds) {
        return new Speed(
                geomean(speeds, Speed::warm),
                geomean(speeds, Speed::cold),
                geomean(speeds, Speed::wallMs));
    }

    /** Returns each figure as a multiple of {@code other}'s. */
    Speed relativeTo(Speed other) {
        return new Speed(warm / other.warm, cold / other.cold, wallMs / other.wallMs);
    }

    private static double median(List<Speed> speeds, ToDoubleFunction<Speed> figure) {
        return speeds.stream()
                .mapToDouble(figure)
                .sorted()
                .skip((speeds.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }

    private static double geomean(List<Speed> speeds, ToDoubleFunction<Speed> figure) {
        return Math.exp(
                speeds.stream()
                        .mapToDouble(speed -> Math.log(figure.applyAsDouble(speed)))
                        .average()
                        .orElseThrow());
    }
}
