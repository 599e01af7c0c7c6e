package dev.lockstep.server.sqlite;

import dev.lockstep.server.run.ConfigException;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A database that cannot be used; the message says why, and what to do. */
public final class DatabaseException extends ConfigException {
    /** Less than SQLite needs to open a database. */
    private static final long LITTLE_SPACE_BYTES = 64 << 10;

    private static final String ELSEWHERE = "choose another state directory";

    private final Trouble trouble;

    DatabaseException(Trouble trouble, String message) {
        super(message);
        this.trouble = trouble;
    }

    private DatabaseException(Trouble trouble, String message, Throwable cause) {
        super(message, cause);
        this.trouble = trouble;
    }

    /** What a database suffers from. */
    public enum Trouble {
        /** The disk takes no more. */
        DISK_FULL,
        /** The disk takes nothing. */
        READ_ONLY,
        /** The file is not what was written. */
        DAMAGED,
        /** The file is of a program that came later. */
        LATER_VERSION,
        /** Another process would not let go of it. */
        BUSY,
        /** Anything else, which the message tells. */
        OTHER
    }

    /** Returns what the database suffers from. */
    public Trouble trouble() {
        return trouble;
    }

    static void expectRoom(String subject, Path file, long bytes) {
        try {
            long freeBytes = Files.getFileStore(file).getUsableSpace();
            if (freeBytes < bytes) {
                throw new DatabaseException(
                        Trouble.DISK_FULL,
                        "cannot use the %s %s: its disk is full but for %d bytes (expected: %d); make room or %s"
                                .formatted(subject, file, freeBytes, bytes, ELSEWHERE));
            }
        } catch (IOException e) {
            throw of(subject, file, e);
        }
    }

    static DatabaseException of(String subject, Path file, Exception cause) {
        Trouble trouble = ofCode(cause).or(() -> ofDisk(file)).orElse(Trouble.OTHER);
        return new DatabaseException(
                trouble,
                "cannot use the %s %s: %s".formatted(subject, file, words(trouble, file, cause)),
                cause);
    }

    /** The low byte is the error; what is above it says more, and is in the message. */
    static int primaryCode(SQLiteException e) {
        return e.getResultCode().code & 0xFF;
    }

    private static Optional<Trouble> ofCode(Exception cause) {
        if (!(cause instanceof SQLiteException e)) {
            return Optional.empty();
        }
        return switch (SQLiteErrorCode.getErrorCode(primaryCode(e))) {
            case SQLITE_FULL -> Optional.of(Trouble.DISK_FULL);
            case SQLITE_READONLY -> Optional.of(Trouble.READ_ONLY);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> Optional.of(Trouble.DAMAGED);
            case SQLITE_BUSY -> Optional.of(Trouble.BUSY);
            default -> Optional.empty();
        };
    }

    /** SQLite has many names for a disk that cannot be written to, and few that tell why. */
    private static Optional<Trouble> ofDisk(Path file) {
        try {
            FileStore disk = Files.getFileStore(file);
            if (disk.isReadOnly()) {
                return Optional.of(Trouble.READ_ONLY);
            }
            return disk.getUsableSpace() < LITTLE_SPACE_BYTES
                    ? Optional.of(Trouble.DISK_FULL)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // The file is not even there, as its own error says.
        }
    }

    private static String words(Trouble trouble, Path file, Exception cause) {
        return switch (trouble) {
            case DISK_FULL ->
                    "its disk is full%s; make room or %s".formatted(freeSpace(file), ELSEWHERE);
            case READ_ONLY -> "its disk or the file is read-only; " + ELSEWHERE;
            case DAMAGED ->
                    "it is damaged (%s); move it or %s".formatted(cause.getMessage(), ELSEWHERE);
            case BUSY -> "another process keeps it busy; try again, or " + ELSEWHERE;
            case LATER_VERSION, OTHER -> cause.getMessage() + "; move it or " + ELSEWHERE;
        };
    }

    private static String freeSpace(Path file) {
        try {
            return " (%d bytes are free)".formatted(Files.getFileStore(file).getUsableSpace());
        } catch (IOException e) {
            return "";
        }
    }
}
