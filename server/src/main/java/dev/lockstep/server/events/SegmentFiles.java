package dev.lockstep.server.events;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The files of one log: {@code 000000.seg} and so on, in a directory of its own. */
record SegmentFiles(Path directory) {
    Path file(int segment) {
        return directory.resolve(String.format(Locale.ROOT, "%06d.seg", segment));
    }

    boolean has(int segment) {
        return Files.exists(file(segment));
    }

    void createDirectory() throws IOException {
        Files.createDirectories(directory);
    }
}
