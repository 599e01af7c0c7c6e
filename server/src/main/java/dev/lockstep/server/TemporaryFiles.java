package dev.lockstep.server;

import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/**
 * Where the coordinators of a state directory have temporary files. These lose their names as soon
 * as they are open, and what they hold with the process.
 */
final class TemporaryFiles {
    private static final String NAME = "tmp";

    /** A name that is older belongs to a process that was killed right between two calls. */
    private static final Duration LIFE = Duration.ofMinutes(1);

    private TemporaryFiles() {}

    /**
     * Returns the directory, without what killed coordinators left there.
     *
     * @throws ConfigException if it cannot be used
     */
    static Path directory(Path stateDirectory) {
        Path directory = stateDirectory.resolve(NAME);
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            sweep(directory);
            return directory;
        } catch (IOException e) {
            throw new ConfigException("temporary files: %s: %s".formatted(directory, e), e);
        }
    }

    private static void sweep(Path directory) throws IOException {
        FileTime limit = FileTime.from(Instant.now().minus(LIFE));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                sweep(file, limit);
            }
        }
    }

    /** What is no file is not ours, and others may remove a file meanwhile. */
    private static void sweep(Path file, FileTime limit) throws IOException {
        try {
            BasicFileAttributes known =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (known.isRegularFile() && known.lastModifiedTime().compareTo(limit) < 0) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Another coordinator swept it, or its process took its name away.
        }
    }
}
