package dev.lockstep.server.sqlite;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.io.IOException;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One connection to a database that other processes, and other threads of this one, have
 * connections to. Not thread-safe. Whatever fails throws a {@link DatabaseException}.
 */
public final class Database implements AutoCloseable {
    private static final int BUSY_TIMEOUT_MS = 10_000;
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private final Path file;
    private final Schema schema;
    private final Connection connection;

    /** By their texts, which are constants of the program; so there are not many. */
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private Database(Path file, Schema schema, Connection connection) {
        this.file = file;
        this.schema = schema;
        this.connection = connection;
    }

    /** Makes an object of the current row. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Does something with the current row. */
    public interface RowAction {
        void accept(ResultSet row) throws SQLException;
    }

    /** Opens a database, and creates what is missing of it and its directory. */
    public static Database open(Path file, Schema schema) {
        try {
            Files.createDirectories(
                    file.toAbsolutePath().getParent(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            return upgraded(new Database(file, schema, connect(file, schema)));
        } catch (IOException | SQLException e) {
            throw DatabaseException.of(schema.subject(), file, e);
        }
    }

    private static Database upgraded(Database database) {
        try {
            database.schema.upgrade(database);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Runs one statement; returns how many rows it changed. */
    public int update(String sql, @Nullable Object... values) {
        try {
            return prepare(sql, values).executeUpdate();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /**
     * Runs one statement once for each row of values, which costs half of what single updates do.
     *
     * @return how many rows it changed each time
     */
    public int[] updateAll(String sql, List<Object[]> rows) {
        try {
            PreparedStatement statement = prepare(sql);
            for (Object[] values : rows) {
                bind(statement, values);
                statement.addBatch();
            }
            return statement.executeBatch();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Inserts one row; returns its id. */
    public long insert(String sql, @Nullable Object... values) {
        update(sql, values);
        return query("SELECT last_insert_rowid()", row -> row.getLong(1)).getFirst();
    }

    /** Runs statements separated by semicolons. */
    public void execute(String script) {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(script);
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Returns all rows. The reader must not ask the same of the database again. */
    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) {
        try (ResultSet rows = prepare(sql, values).executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Does something with each row, one after the other. */
    public void forEach(String sql, RowAction action, @Nullable Object... values) {
        try (ResultSet rows = prepare(sql, values).executeQuery()) {
            while (rows.next()) {
                action.accept(rows);
            }
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Does all of {@code work} or, when it throws, nothing. */
    public void transact(Runnable work) {
        inTransaction(() -> {
            work.run();
            return true;
        });
    }

    /** Does all of {@code work} and returns what it does or, when it throws, does nothing. */
    public <T> T inTransaction(Supplier<T> work) {
        return between("BEGIN IMMEDIATE", work);
    }

    /** Does {@code work}, which only reads, on what there is now, whatever others write. */
    public <T> T inSnapshot(Supplier<T> work) {
        return between("BEGIN", work);
    }

    /**
     * Throws as if the disk were full unless so much of it is free.
     *
     * @throws DatabaseException of DISK_FULL
     */
    public void expectRoom(long bytes) {
        DatabaseException.expectRoom(schema.subject(), file, bytes);
    }

    public Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    private <T> T between(String begin, Supplier<T> work) {
        update(begin);
        try {
            T result = work.get();
            update("COMMIT");
            return result;
        } catch (RuntimeException e) {
            rollback(e);
            throw e;
        }
    }

    /** The database may have rolled back by itself, which makes this fail. */
    private void rollback(RuntimeException cause) {
        try {
            update("ROLLBACK");
        } catch (DatabaseException e) {
            cause.addSuppressed(e);
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        bind(statement, values);
        return statement;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    private DatabaseException unusable(SQLException cause) {
        return DatabaseException.of(schema.subject(), file, cause);
    }

    /**
     * Two processes that create the database at once get in each other's way past the busy timeout.
     */
    private static Connection connect(Path file, Schema schema) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofMillis(BUSY_TIMEOUT_MS).toNanos();
        while (true) {
            try {
                return connectOnce(file, schema);
            } catch (SQLiteException e) {
                boolean isBusy =
                        DatabaseException.primaryCode(e) == SQLiteErrorCode.SQLITE_BUSY.code;
                if (!isBusy || System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private static Connection connectOnce(Path file, Schema schema) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MS);
        // Survives the death of the process, which is what is promised, without a sync per commit.
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.enforceForeignKeys(true);
        config.setGetGeneratedKeys(false);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            for (String pragma : schema.pragmas()) {
                statement.executeUpdate(pragma);
            }
            // The first thing that is written, with what was set before.
            statement.executeUpdate("PRAGMA journal_mode = WAL");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
