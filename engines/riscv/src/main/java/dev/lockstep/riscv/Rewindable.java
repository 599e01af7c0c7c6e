package dev.lockstep.riscv;

import java.util.List;

/**
 * A part of a guest that can be brought back to an earlier state. What it holds of the host, such
 * as open files, is no part of that: a past that is executed again never asks the host again.
 */
@FunctionalInterface
public interface Rewindable {
    /** Returns what consists of these parts. */
    static Rewindable of(Rewindable... parts) {
        List<Rewindable> all = List.of(parts);
        return () -> {
            List<Runnable> kept = all.stream().map(Rewindable::checkpoint).toList();
            return () -> kept.forEach(Runnable::run);
        };
    }

    /** Keeps the present state; returns what brings it back, as often as it is run. */
    Runnable checkpoint();
}
