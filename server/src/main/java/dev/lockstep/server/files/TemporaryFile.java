package dev.lockstep.server.files;

import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files without a name: nothing is left of them however their process ends. */
public final class TemporaryFile {
    private TemporaryFile() {}

    /**
     * Returns an empty file, open to be read and written until it is closed.
     *
     * @throws ConfigException if the directory does not allow it
     */
    public static FileChannel in(Path directory) {
        try {
            // On Linux the name goes as soon as the file is open, not when it is closed.
            return FileChannel.open(
                    directory.resolve("lockstep-" + UUID.randomUUID()),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw noRoom(directory, e);
        }
    }

    /** Returns what to tell a user about a directory that allows no file, or no more in one. */
    public static ConfigException noRoom(Path directory, IOException cause) {
        return new ConfigException(
                "%s: no room for a temporary file: %s; $TMPDIR names another directory, as does --temp-dir of 'lockstep diff events'"
                        .formatted(directory, Failures.reason(cause)),
                cause);
    }
}
