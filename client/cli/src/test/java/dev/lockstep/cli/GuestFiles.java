package dev.lockstep.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder that guests work in: laid out alike every time, then looked at for what they did. */
final class GuestFiles {
    private static final FileTime BEFORE = FileTime.from(Instant.ofEpochSecond(1_000_000_000));

    /** Times after this one are those of the test. */
    private static final FileTime RECENT = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    private final Path folder;

    GuestFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder a copy of {@code from} and {@code more} files, given by name and content,
     * with modes and times that are always the same.
     */
    void lay(Path from, Map<String, byte[]> more) throws IOException {
        remove();
        for (Path file : filesFromTop(from)) {
            Path copy = folder.resolve(from.relativize(file).toString());
            Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS);
        }
        for (Map.Entry<String, byte[]> file : more.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        for (Path file : filesFromTop(folder).reversed()) {
            makeAlike(file);
        }
    }

    private static void makeAlike(Path file) throws IOException {
        if (!Files.isSymbolicLink(file)) {
            String mode = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        }
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(BEFORE, BEFORE, null);
    }

    /** Returns name, kind, mode, content and, unless it is a recent one, time of every file. */
    SortedMap<String, String> describe() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (Path file : filesFromTop(folder)) {
            files.put(folder.relativize(file).toString(), describe(file));
        }
        return files;
    }

    private static String describe(Path file) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(
                            file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            FileTime time = attributes.lastModifiedTime();
            return "%s %s %s"
                    .formatted(
                            PosixFilePermissions.toString(attributes.permissions()),
                            time.compareTo(RECENT) > 0 ? "now" : time,
                            content(file, attributes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file, PosixFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            return "-> " + Files.readSymbolicLink(file);
        }
        if (attributes.isRegularFile()) {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        return attributes.isDirectory() ? "folder" : "other";
    }

    private void remove() throws IOException {
        if (Files.exists(folder)) {
            for (Path file : filesFromTop(folder).reversed()) {
                Files.delete(file);
            }
        }
    }

    // In one order on every machine, so that folders list their files alike.
    private static List<Path> filesFromTop(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
