package dev.lockstep.server.diff.state;

import dev.lockstep.server.files.Failures;
import dev.lockstep.server.json.JsonTape;
import dev.lockstep.server.run.ConfigException;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A state in a directory. */
public final class DumpDirectory implements StateDump {
    /** Files of one, at most. */
    static final int MAX_FILES = 10_000;

    private final Path directory;

    private DumpDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens it.
     *
     * @throws ConfigException if there is no such directory
     */
    public static DumpDirectory open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new ConfigException(
                    "%s: %s (expected: a directory with a state's JSON documents)"
                            .formatted(
                                    directory,
                                    Files.exists(directory)
                                            ? "is no directory"
                                            : "no such directory"));
        }
        return new DumpDirectory(directory);
    }

    @Override
    public String name() {
        return directory.toString();
    }

    @Override
    public SortedSet<String> files() throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.limit(MAX_FILES + 1).forEach(it -> names.add(it.getFileName().toString()));
        }
        if (names.size() > MAX_FILES) {
            throw new ConfigException(
                    "%s: more than %d files (expected: one state's documents)"
                            .formatted(directory, MAX_FILES));
        }
        return names;
    }

    @Override
    public Optional<byte[]> read(String file) throws IOException {
        Path path = directory.resolve(file);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path)) {
            throw new ConfigException("%s: is no file (expected: a file to read)".formatted(path));
        }
        long size = Files.size(path);
        if (size > JsonTape.MAX_BYTES) {
            throw new ConfigException(
                    "%s: %,d bytes (expected: at most %,d)"
                            .formatted(path, size, JsonTape.MAX_BYTES));
        }
        // Not by a channel: that would hold all of it a second time, outside the heap.
        try (InputStream in = new FileInputStream(path.toFile())) {
            return Optional.of(in.readNBytes((int) size));
        } catch (IOException e) {
            throw new ConfigException(
                    "%s: %s (expected: a file to read)".formatted(path, Failures.reason(e)), e);
        }
    }
}
