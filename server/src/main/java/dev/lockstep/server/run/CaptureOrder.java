package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

/**
 * Which states of its engines a run is to tell: each at the first block end at or after its step.
 *
 * @param step the first one; null for as soon as all engines can be told in time
 * @param everySteps further ones, whenever so many steps have passed; 0 for none
 */
public record CaptureOrder(@Nullable Long step, long everySteps) {
    /** More than any run has; the sum of two is still a number of steps. */
    public static final long MAX_STEPS = 1L << 62;

    public CaptureOrder {
        if (step != null) {
            check("step", step);
        }
        check("everySteps", everySteps);
    }

    private static void check(String name, long steps) {
        if (steps < 0 || steps > MAX_STEPS) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: 0 to %d)".formatted(name, steps, MAX_STEPS));
        }
    }
}
