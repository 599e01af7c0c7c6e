package dev.lockstep.cli.profile;

import dev.lockstep.server.diff.state.StateProfile;
import dev.lockstep.server.diff.state.StateProfiles;

/** The profile of states that a user means. */
public final class StateProfileFile {
    private StateProfileFile() {}

    /**
     * Returns the shipped profile of this name, or the one in this file.
     *
     * @throws dev.lockstep.server.run.ConfigException if there is neither, or the file is no
     *     profile of states
     */
    public static StateProfile of(String nameOrFile) {
        return StateProfiles.SHIPPED.contains(nameOrFile)
                ? StateProfiles.shipped(nameOrFile)
                : StateProfiles.read(
                        nameOrFile,
                        ProfileFile.bytes(nameOrFile, String.join(", ", StateProfiles.SHIPPED)));
    }
}
