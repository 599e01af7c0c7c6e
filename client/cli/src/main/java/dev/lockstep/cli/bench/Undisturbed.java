package dev.lockstep.cli.bench;

import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.util.Optional;

/** Repeats what a busy machine spoilt: a part that took longer than the whole says nothing. */
final class Undisturbed {
    private static final int ATTEMPTS = 3;

    private Undisturbed() {}

    /** Measures once; returns nothing when it was disturbed. */
    interface Measurement<T> {
        Optional<T> take() throws IOException, InterruptedException;
    }

    /**
     * Returns the first result.
     *
     * @throws ConfigException if there is none after some attempts
     */
    static <T> T measure(String what, Measurement<T> measurement)
            throws IOException, InterruptedException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Optional<T> result = measurement.take();
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw new ConfigException(
                "%s: %d times all of the work took no longer than a part of it (expected: a machine with"
                                .formatted(what, ATTEMPTS)
                        + " time for it; give more --units, or try again when it is idle)");
    }
}
