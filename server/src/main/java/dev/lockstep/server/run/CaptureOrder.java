package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

/**
 * Which states of its engines a run is to tell: each at the first block end at or after its step.
 *
 * @param step the first one; null for as soon as all engines can be told in time
 * @param everySteps further ones, whenever so many steps have passed; 0 for none
 */
public record CaptureOrder(@Nullable Long step, long everySteps) {
    public CaptureOrder {
        if (step != null && step < 0) {
            throw new IllegalArgumentException("step: " + step + " (expected: >= 0)");
        }
        if (everySteps < 0) {
            throw new IllegalArgumentException("everySteps: " + everySteps + " (expected: >= 0)");
        }
    }
}
