package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

/**
 * Where the inputs of a run come from, and where they go.
 *
 * @param kept whether the log keeps them even if nothing differs
 * @param recorded those of an earlier run, which are to be repeated; null to ask the world
 */
public record Inputs(boolean kept, @Nullable InputRecord recorded) {
    /** Asks the world, and keeps what it answered only where something differs. */
    public static final Inputs OF_THE_WORLD = new Inputs(false, null);

    /** Returns the same, repeating those of an earlier run. */
    public Inputs repeating(InputRecord record) {
        return new Inputs(kept, record);
    }
}
