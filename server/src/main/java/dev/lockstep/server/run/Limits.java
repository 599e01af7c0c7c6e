package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Where a run ends at the latest, INCOMPLETE.
 *
 * @param maxSteps step at or after which the guests are stopped at the end of a block, null for
 *     none
 * @param maxTime time from the start of the engines, null for any
 */
public record Limits(@Nullable Long maxSteps, @Nullable Duration maxTime) {
    /** As long as it takes. */
    public static final Limits NONE = new Limits(null, null);

    public Limits {
        if (maxSteps != null && maxSteps < 1) {
            throw new IllegalArgumentException("maxSteps: " + maxSteps + " (expected: >= 1)");
        }
        if (maxTime != null && !maxTime.isPositive()) {
            throw new IllegalArgumentException("maxTime: " + maxTime + " (expected: > 0)");
        }
    }
}
