package dev.lockstep.server.diff.events;

import java.util.OptionalLong;

/** A rule that is told of when it was applied. */
public sealed interface NamedRule permits Renaming, Absorber {
    /** Returns its name, unique within a profile. */
    String name();

    /** Returns why, for people. */
    String reason();

    /**
     * Returns how many events it may concern; more of them are a difference. Empty for any number.
     */
    OptionalLong budget();
}
