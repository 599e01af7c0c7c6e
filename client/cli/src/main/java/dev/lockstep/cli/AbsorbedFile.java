package dev.lockstep.cli;

import dev.lockstep.server.diff.events.AbsorbedEvent;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A file of the events that were absorbed, one on a line; written while they are found. */
final class AbsorbedFile implements Consumer<AbsorbedEvent>, AutoCloseable {
    private final @Nullable Path file;
    private final @Nullable BufferedWriter out;
    private final SideNames names;

    private AbsorbedFile(@Nullable Path file, @Nullable BufferedWriter out, SideNames names) {
        this.file = file;
        this.out = out;
        this.names = names;
    }

    /**
     * Opens it.
     *
     * @param file null for none
     * @throws ConfigException if it cannot be written
     */
    static AbsorbedFile open(@Nullable Path file, SideNames names) {
        try {
            return new AbsorbedFile(
                    file, file == null ? null : Files.newBufferedWriter(file), names);
        } catch (IOException e) {
            throw new ConfigException(
                    "%s: cannot be written (%s); name a file in a directory you may write to"
                            .formatted(file, Failures.reason(e)),
                    e);
        }
    }

    @Override
    public void accept(AbsorbedEvent event) {
        if (out != null) {
            try {
                out.write(event.json(names));
                out.write('\n');
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }

    @Override
    public void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }

    private UncheckedIOException failure(IOException e) {
        return new UncheckedIOException("%s: %s".formatted(file, Failures.reason(e)), e);
    }
}
