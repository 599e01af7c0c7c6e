package dev.lockstep.riscv;

/**
 * A part of a guest that can be brought back to an earlier state. What it holds of the host, such
 * as open files, is no part of that: a past that is executed again never asks the host again.
 */
@FunctionalInterface
public interface Rewindable {
    /** Keeps the present state; returns what brings it back, as often as it is run. */
    Runnable checkpoint();
}
