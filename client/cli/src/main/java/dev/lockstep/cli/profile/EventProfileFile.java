package dev.lockstep.cli.profile;

import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.EventProfiles;
import dev.lockstep.server.run.ConfigException;

/** The profile of event logs that a user means. */
public final class EventProfileFile {
    private EventProfileFile() {}

    /**
     * Returns the shipped profile of this name, or the one in this file.
     *
     * @throws ConfigException if there is neither, or the file is no profile of event logs
     */
    public static EventProfile of(String nameOrFile) {
        if (EventProfiles.SHIPPED.contains(nameOrFile)) {
            return EventProfiles.shipped(nameOrFile);
        }
        return EventProfiles.read(nameOrFile, bytes(nameOrFile));
    }

    /**
     * Returns what is in a file of rules.
     *
     * @throws ConfigException if it cannot be read
     */
    public static byte[] bytes(String file) {
        return ProfileFile.bytes(file, String.join(", ", EventProfiles.SHIPPED));
    }
}
