package dev.lockstep.server.log;

import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection to the database of a state directory. Not thread-safe; other processes have
 * theirs.
 */
final class Database implements AutoCloseable {
    private static final String FILE_NAME = "lockstep.db";
    private static final int BUSY_TIMEOUT_MS = 10_000;
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    /** Less than SQLite needs to open a database. */
    private static final long LITTLE_SPACE_BYTES = 64 << 10;

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Makes an object of the current row. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Opens the database, and creates what is missing. */
    static Database open(Path stateDirectory) {
        Path file = stateDirectory.resolve(FILE_NAME);
        try {
            Files.createDirectories(
                    stateDirectory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            return upgraded(new Database(file, connect(file)));
        } catch (IOException | SQLException e) {
            throw unusable(file, e);
        }
    }

    private static Database upgraded(Database database) {
        try {
            Schema.upgrade(database);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Runs one statement; returns the id of the last row inserted, if it was an insertion. */
    long update(String sql, @Nullable Object... values) {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                return keys.next() ? keys.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    /** Runs statements separated by semicolons. */
    void execute(String script) {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) {
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    /** Does all of {@code work} or, when it throws, nothing. */
    void transact(Runnable work) {
        execute("BEGIN IMMEDIATE");
        try {
            work.run();
            execute("COMMIT");
        } catch (RuntimeException e) {
            rollback(e);
            throw e;
        }
    }

    Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unusable(file, e);
        }
    }

    /** The database may have rolled back by itself, which makes this fail. */
    private void rollback(RuntimeException cause) {
        try {
            execute("ROLLBACK");
        } catch (ConfigException e) {
            cause.addSuppressed(e);
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /**
     * Two processes that create the database at once get in each other's way past the busy timeout.
     */
    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // Survives the death of the process, which is what is promised, without a sync per commit.
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.enforceForeignKeys(true);
        long deadline = System.nanoTime() + Duration.ofMillis(BUSY_TIMEOUT_MS).toNanos();
        while (true) {
            try {
                return config.createConnection("jdbc:sqlite:" + file);
            } catch (SQLiteException e) {
                if (!isBusy(e) || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /** The low byte is the error, what is above it says more: which of the ways to be busy. */
    private static boolean isBusy(SQLiteException e) {
        return (e.getResultCode().code & 0xFF) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    private static ConfigException unusable(Path file, Exception cause) {
        return new ConfigException(
                "cannot use the log of runs %s: %s"
                        .formatted(
                                file,
                                troubleWithDisk(file)
                                        .orElseGet(() ->
                                                cause.getMessage()
                                                        + "; move it or choose another state"
                                                        + " directory")),
                cause);
    }

    /** SQLite has many names for a disk that cannot be written to, and few that tell why. */
    private static Optional<String> troubleWithDisk(Path file) {
        try {
            FileStore disk = Files.getFileStore(file);
            if (disk.isReadOnly()) {
                return Optional.of("its disk is read-only; choose another state directory");
            }
            long freeBytes = disk.getUsableSpace();
            return freeBytes >= LITTLE_SPACE_BYTES
                    ? Optional.empty()
                    : Optional.of(
                            "its disk is full (%d bytes are free); make room or choose another state directory"
                                    .formatted(freeBytes));
        } catch (IOException e) {
            return Optional.empty(); // The file is not even there, as its own error says.
        }
    }
}
