package dev.lockstep.interp;

import java.util.Random;

/** The seed of a random test, new in every run and printed when it fails. */
record Seed(long value) {
    static Seed fresh() {
        return new Seed(Long.getLong("lockstep.seed", System.nanoTime()));
    }

    Random random() {
        return new Random(value);
    }

    @Override
    public String toString() {
        return "seed " + value + "; repeat with -Dlockstep.seed=" + value;
    }
}
