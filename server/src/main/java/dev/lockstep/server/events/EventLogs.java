package dev.lockstep.server.events;

import dev.lockstep.server.run.EngineSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The event logs that were kept: {@code events/RUN/ENGINE/000000.seg} in the state directory. */
public final class EventLogs {
    private static final String DIRECTORY = "events";

    /** Stands before an engine's name that a directory cannot have; in no name it occurs. */
    private static final String MARK = "=";

    private final Path directory;

    /**
     * @param stateDirectory that of the log of runs
     */
    public EventLogs(Path stateDirectory) {
        directory = stateDirectory.resolve(DIRECTORY);
    }

    /** Returns the directory of all logs. */
    Path directory() {
        return directory;
    }

    /** Returns the directory of a run's logs. */
    Path directory(long run) {
        return directory.resolve(Long.toString(run));
    }

    /** Returns the files of a log; they are in the run's directory whatever the engine's name. */
    static SegmentFiles files(Path runDirectory, String engine) {
        if (!EngineSpec.isName(engine)) {
            throw new IllegalArgumentException("\"%s\" is no name of an engine".formatted(engine));
        }
        boolean isPathOfItself = engine.equals(".") || engine.equals("..");
        return new SegmentFiles(runDirectory.resolve(isPathOfItself ? MARK + engine : engine));
    }

    /** Returns the names of a run's engines of which there are logs, in alphabetical order. */
    public List<String> engines(long run) throws IOException {
        if (!Files.isDirectory(directory(run))) {
            return List.of();
        }
        try (Stream<Path> logs = Files.list(directory(run))) {
            return logs.map(log -> log.getFileName().toString())
                    .map(name -> name.startsWith(MARK) ? name.substring(MARK.length()) : name)
                    .sorted()
                    .toList();
        }
    }

    /** Opens the log of an engine as it is on the disk now; empty if there is none. */
    public Optional<EventText> open(long run, String engine) throws IOException {
        if (!EngineSpec.isName(engine)) {
            return Optional.empty(); // It may be anything that a user wrote, a path for one.
        }
        SegmentFiles files = files(directory(run), engine);
        return files.has(0) ? Optional.of(StoredText.open(files)) : Optional.empty();
    }
}
