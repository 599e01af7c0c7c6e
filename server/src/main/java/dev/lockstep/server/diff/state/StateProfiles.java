package dev.lockstep.server.diff.state;

import dev.lockstep.server.yaml.RuleFile;

import java.util.List;

/** Profiles of states: those that are shipped, and those that users write. */
public final class StateProfiles {
    /** Name of the profile that is used unless another one is named. */
    public static final String DEFAULT = "default";

    /** Names of those that are shipped. */
    public static final List<String> SHIPPED = List.of(DEFAULT, "xenia", "xenia-strict");

    private StateProfiles() {}

    /**
     * Returns one that is shipped.
     *
     * @throws dev.lockstep.server.run.ConfigException if there is none of this name
     */
    public static StateProfile shipped(String name) {
        return StateProfileReader.read(RuleFile.shipped(name, SHIPPED, StateProfiles.class));
    }

    /**
     * Reads one.
     *
     * @param file what the user calls it, for messages
     * @param bytes its content, YAML in UTF-8
     * @throws dev.lockstep.server.run.ConfigException if it is none
     */
    public static StateProfile read(String file, byte[] bytes) {
        return StateProfileReader.read(RuleFile.of(file, bytes));
    }
}
