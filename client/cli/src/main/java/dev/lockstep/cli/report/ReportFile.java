package dev.lockstep.cli.report;

import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of a report. Opened before the run starts, so that a name that cannot be written costs
 * nothing; it changes once, whole, at the end.
 */
public final class ReportFile implements AutoCloseable {
    private final Path target;
    private final Path draft;

    private ReportFile(Path target, Path draft) {
        this.target = target;
        this.draft = draft;
    }

    /**
     * Opens a file.
     *
     * @param option how the user asked for it, for messages
     * @throws ConfigException if it cannot be written
     */
    public static ReportFile open(String option, Path file) {
        Path target = file.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new ConfigException(option + ": is a directory; name a file in it");
        }
        try {
            if (Files.exists(target)) {
                target = target.toRealPath();
                if (!Files.isRegularFile(target)) {
                    // A device or a pipe is written to, never replaced by a file.
                    return new ReportFile(target, target);
                }
            }
            Path draft =
                    Files.createTempFile(
                            target.getParent(),
                            "." + target.getFileName() + ".",
                            ".part",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-r--r--")));
            return new ReportFile(target, draft);
        } catch (IOException e) {
            throw new ConfigException(
                    "%s: cannot be written (%s); name a file in a directory you may write to"
                            .formatted(option, Failures.reason(e)),
                    e);
        }
    }

    /** Puts {@code content} into the file. */
    public void write(String content) {
        write(content.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts {@code content} into the file. */
    public void write(byte[] content) {
        write(new ByteArrayInputStream(content));
    }

    /** Puts all that {@code content} has left into the file. */
    public void write(InputStream content) {
        try {
            try (OutputStream to = Files.newOutputStream(draft)) {
                content.transferTo(to);
            }
            if (hasDraft()) {
                move();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("report " + target + ": " + Failures.reason(e), e);
        }
    }

    private boolean hasDraft() {
        return !draft.equals(target);
    }

    private void move() throws IOException {
        try {
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes what an unfinished report left. */
    @Override
    public void close() {
        try {
            if (hasDraft()) {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
