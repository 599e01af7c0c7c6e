package dev.lockstep.riscv.command;

import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes down how far a free run was when: a line of steps, blocks and nanoseconds at its start, at
 * its end, and at first about every million steps between them, later every sixteen. The clock is
 * {@link System#nanoTime}, which on Linux is the same for all processes.
 */
final class Pace {
    /** Short against a second even when cold. */
    private static final long FIRST_LEG_STEPS = 1 << 20;

    /** Long against the price of stopping, which is that of the steps before it. */
    private static final long LAST_LEG_STEPS = 1 << 24;

    /** A leg is this part of what has been done. */
    private static final long LEG_PART = 16;

    private Pace() {}

    /** Runs the guest to its end, or to {@code maxSteps}. */
    static GuestExit run(GuestRunner runner, Hart hart, long maxSteps, Path path)
            throws IOException {
        try (BufferedWriter file = Files.newBufferedWriter(path)) {
            GuestExit exit;
            do {
                mark(file, hart);
                exit = runner.run(Math.min(maxSteps, hart.steps + legSteps(hart)));
            } while (exit.reason() == GuestExit.Reason.LIMIT && hart.steps < maxSteps);
            mark(file, hart);
            return exit;
        }
    }

    private static long legSteps(Hart hart) {
        return Math.clamp(hart.steps / LEG_PART, FIRST_LEG_STEPS, LAST_LEG_STEPS);
    }

    private static void mark(BufferedWriter file, Hart hart) throws IOException {
        file.write(hart.steps + " " + hart.blocks + " " + System.nanoTime() + "\n");
    }
}
