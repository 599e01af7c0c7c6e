package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies of the guest's directory: where every engine writes files itself, none is to find what
 * another has written.
 */
final class ScratchCopies implements AutoCloseable {
    /** What a directory may hold that is copied. One with more is refused. */
    private static final long MAX_BYTES = 256L << 20;

    private static final int MAX_FILES = 10_000;

    private final List<Path> copies = new ArrayList<>();

    /**
     * Returns a new copy.
     *
     * @throws ConfigException if there is too much in it, or it cannot be copied
     */
    Path of(Path directory) {
        try {
            Path copy = Files.createTempDirectory("lockstep-scratch");
            copies.add(copy);
            Files.walkFileTree(directory, new Copying(directory, copy));
            return copy;
        } catch (IOException e) {
            throw new ConfigException(
                    "--cwd: a copy of %s for each engine that writes files itself cannot be made: %s"
                            .formatted(directory, e),
                    e);
        }
    }

    private static final class Copying extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private long bytes;
        private int files;

        Copying(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
            if (!folder.equals(from)) {
                Files.createDirectory(to.resolve(from.relativize(folder)));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            bytes += attributes.size();
            files++;
            if (bytes > MAX_BYTES || files > MAX_FILES) {
                throw new ConfigException(
                        "--cwd: %s is copied for each engine that writes files itself, and has more than %d MiB or %d files (expected: a directory with what the guest needs)"
                                .formatted(from, MAX_BYTES >> 20, MAX_FILES));
            }
            if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
        }
    }

    @Override
    public void close() {
        for (Path copy : copies) {
            try (Stream<Path> all = Files.walk(copy)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            } catch (IOException | UncheckedIOException e) {
                System.err.printf("warning: cannot remove %s: %s%n", copy, e);
            }
        }
    }
}
