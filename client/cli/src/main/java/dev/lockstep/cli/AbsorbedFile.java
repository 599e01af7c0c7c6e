package dev.lockstep.cli;

import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.server.diff.events.AbsorbedEvent;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.files.TemporaryFile;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A file of the events that were absorbed, one on a line. While they are found they are in a
 * temporary file: the file itself changes once, whole, at the end.
 */
final class AbsorbedFile implements Consumer<AbsorbedEvent>, AutoCloseable {
    private final ReportFile target;
    private final Path directory;
    private final FileChannel found;
    private final BufferedWriter out;
    private final SideNames names;

    private AbsorbedFile(ReportFile target, Path directory, SideNames names) {
        this.target = target;
        this.directory = directory;
        this.names = names;
        found = TemporaryFile.in(directory);
        out = new BufferedWriter(Channels.newWriter(found, StandardCharsets.UTF_8));
    }

    /**
     * Returns one that is empty.
     *
     * @param option how the user asked for it, for messages
     * @param file null for none, and then the result is null
     * @param directory where there is room for a temporary file
     * @throws ConfigException if it cannot be written
     */
    static @Nullable AbsorbedFile open(
            String option, @Nullable Path file, Path directory, SideNames names) {
        return file == null
                ? null
                : new AbsorbedFile(ReportFile.open(option + " " + file, file), directory, names);
    }

    /** Checks that a log is not written over. */
    void checkIsNot(Path log) {
        target.checkIsNot(log);
    }

    @Override
    public void accept(AbsorbedEvent event) {
        try {
            out.write(event.json(names));
            out.write('\n');
        } catch (IOException e) {
            throw TemporaryFile.noRoom(directory, e);
        }
    }

    /** Writes the file. */
    void save() {
        try {
            out.flush();
            found.position(0);
        } catch (IOException e) {
            throw TemporaryFile.noRoom(directory, e);
        }
        target.write(Channels.newInputStream(found));
    }

    @Override
    public void close() throws IOException {
        found.close();
    }
}
