package dev.lockstep.riscv.command;

import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes down how far a free run was when: a line of steps, blocks and nanoseconds at its start, at
 * its end, and about every million steps between them. The clock is {@link System#nanoTime}, which
 * on Linux is the same for all processes.
 */
final class Pace {
    /** Short against a second even when cold; long against the price of stopping. */
    private static final long LEG_STEPS = 1 << 20;

    private Pace() {}

    /** Runs the guest to its end, or to {@code maxSteps}. */
    static GuestExit run(GuestRunner runner, Hart hart, long maxSteps, Path path)
            throws IOException {
        try (BufferedWriter file = Files.newBufferedWriter(path)) {
            GuestExit exit;
            do {
                mark(file, hart);
                exit = runner.run(Math.min(maxSteps, hart.steps + LEG_STEPS));
            } while (exit.reason() == GuestExit.Reason.LIMIT && hart.steps < maxSteps);
            mark(file, hart);
            return exit;
        }
    }

    private static void mark(BufferedWriter file, Hart hart) throws IOException {
        file.write(hart.steps + " " + hart.blocks + " " + System.nanoTime() + "\n");
    }
}
