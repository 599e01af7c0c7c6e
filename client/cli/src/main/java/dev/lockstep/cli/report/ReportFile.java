package dev.lockstep.cli.report;

import dev.lockstep.server.files.Failures;
import dev.lockstep.server.run.ConfigException;

import java.io.BufferedOutputStream;
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
 * The file of a report. Tried before the work starts, so that a name that cannot be written costs
 * nothing; it changes once, whole, at the end, and until then there is nothing beside it.
 */
public final class ReportFile {
    private final String option;
    private final Path target;

    private ReportFile(String option, Path target) {
        this.option = option;
        this.target = target;
    }

    /**
     * Returns the file, which can be written.
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
            ReportFile report =
                    new ReportFile(option, Files.exists(target) ? target.toRealPath() : target);
            if (report.isReplaced()) {
                Files.delete(report.draft());
            }
            return report;
        } catch (IOException e) {
            throw new ConfigException(
                    "%s: cannot be written (%s); name a file in a directory you may write to"
                            .formatted(option, Failures.reason(e)),
                    e);
        }
    }

    /** Returns whether a new file takes its place; a device or a pipe is written to instead. */
    private boolean isReplaced() {
        return !Files.exists(target) || Files.isRegularFile(target);
    }

    private Path draft() throws IOException {
        return Files.createTempFile(
                target.getParent(),
                "." + target.getFileName() + ".",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    }

    /**
     * Checks that what is read is not written over.
     *
     * @throws ConfigException if the file is {@code input}
     */
    public void checkIsNot(Path input) {
        try {
            if (Files.isRegularFile(target)
                    && Files.exists(input)
                    && Files.isSameFile(target, input)) {
                throw new ConfigException(
                        "%s: is compared itself, and would be lost; name another file"
                                .formatted(option));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("%s: %s".formatted(input, Failures.reason(e)), e);
        }
    }

    /** Puts {@code content} into the file. */
    public void write(String content) {
        write(content.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts {@code content} into the file. */
    public void write(byte[] content) {
        write(out -> out.write(content));
    }

    /** Puts all of {@code content} into the file. */
    public void write(InputStream content) {
        write(content::transferTo);
    }

    /** Writes something. */
    public interface Content {
        /** Writes all of it. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Puts {@code content} into the file. */
    public void write(Content content) {
        try {
            if (isReplaced()) {
                replace(content);
            } else {
                copy(content, target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("report " + target + ": " + Failures.reason(e), e);
        }
    }

    private void replace(Content content) throws IOException {
        Path draft = draft();
        try {
            copy(content, draft);
            move(draft);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void copy(Content content, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            content.writeTo(out);
        }
    }

    private void move(Path draft) throws IOException {
        try {
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
