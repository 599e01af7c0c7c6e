package dev.lockstep.server.transport;

import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Directories for sockets, which nobody but this user can enter. */
public final class PrivateDirectory {
    /** Creates a directory with mode 0700. */
    public static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateDirectory() {}

    /**
     * Creates {@code directory}, or makes sure that nobody else planted it where all may write.
     *
     * @param wayOut what to do about one that will not do
     * @throws ConfigException if it is somebody else's, open to others, a link, or cannot be made
     */
    public static void claim(Path directory, String wayOut) {
        try {
            create(directory);
            check(directory, wayOut);
        } catch (IOException e) {
            throw unusable(directory, e, wayOut);
        }
    }

    /** Returns what to throw when the system refuses the use of a directory. */
    public static ConfigException unusable(Path directory, IOException e, String wayOut) {
        return new ConfigException(
                "cannot use runtime directory %s: %s; %s"
                        .formatted(directory, Failures.reason(e), wayOut),
                e);
    }

    /** Returns the number of the user this process runs for. */
    public static int userId() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectories(directory, MODE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw e; // It is a parent that is no directory.
            }
        }
    }

    private static void check(Path directory, String wayOut) throws IOException {
        PosixFileAttributes found =
                Files.readAttributes(
                        directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int owner = (int) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!found.isDirectory()
                || owner != userId()
                || !found.permissions().equals(MODE.value())) {
            throw new ConfigException(
                    "runtime directory %s is %s with owner %d and mode %s (expected: a directory of yours with mode rwx------); %s"
                            .formatted(
                                    directory,
                                    kind(found),
                                    owner,
                                    PosixFilePermissions.toString(found.permissions()),
                                    wayOut));
        }
    }

    private static String kind(PosixFileAttributes found) {
        if (found.isDirectory()) {
            return "a directory";
        }
        return found.isSymbolicLink() ? "a link" : "no directory";
    }
}
