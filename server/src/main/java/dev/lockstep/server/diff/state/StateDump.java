package dev.lockstep.server.diff.state;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/** A whole state as an engine wrote it down: JSON documents, perhaps a manifest and an image. */
public interface StateDump {
    /** Hashes of the other files, by name. */
    String MANIFEST = "manifest.json";

    /** Returns what the user calls it. */
    String name();

    /** Returns the names of its files. */
    SortedSet<String> files() throws IOException;

    /**
     * Returns a file's bytes, unless there is none of this name.
     *
     * @throws dev.lockstep.server.run.ConfigException if it is too long, or no file
     */
    Optional<byte[]> read(String file) throws IOException;
}
