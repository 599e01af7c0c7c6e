package dev.lockstep.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that this process has open or mapped: also those that have no name any more. */
public final class OpenFiles {
    private OpenFiles() {}

    /** Returns those that are, or were, in a directory. */
    public static List<String> in(Path directory) throws IOException {
        String prefix = directory.toRealPath() + "/";
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Stream<String> mapped = Files.readAllLines(Path.of("/proc/self/maps")).stream();
            return Stream.concat(open.map(OpenFiles::target), mapped)
                    .filter(it -> it.contains(prefix))
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException _) {
            return ""; // Closed since it was listed.
        }
    }
}
