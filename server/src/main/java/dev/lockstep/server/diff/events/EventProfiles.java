package dev.lockstep.server.diff.events;

import dev.lockstep.server.yaml.RuleFile;

import java.util.List;

/** Profiles of event logs: those that are shipped, and those that users write. */
public final class EventProfiles {
    /** Bytes of a profile, at most. */
    public static final int MAX_BYTES = RuleFile.MAX_BYTES;

    /** Name of the profile that is used unless another one is named. */
    public static final String DEFAULT = "default";

    /** Names of those that are shipped. */
    public static final List<String> SHIPPED = List.of(DEFAULT, "xenia", "xenia-strict");

    private EventProfiles() {}

    /**
     * Returns one that is shipped.
     *
     * @throws dev.lockstep.server.run.ConfigException if there is none of this name
     */
    public static EventProfile shipped(String name) {
        return EventProfileReader.read(RuleFile.shipped(name, SHIPPED, EventProfiles.class));
    }

    /**
     * Reads one.
     *
     * @param file what the user calls it, for messages
     * @param bytes its content, YAML in UTF-8
     * @throws dev.lockstep.server.run.ConfigException if it is none
     */
    public static EventProfile read(String file, byte[] bytes) {
        return EventProfileReader.read(RuleFile.of(file, bytes));
    }
}
