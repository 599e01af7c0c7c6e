package dev.lockstep.server.log;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the log of runs. Not thread-safe. */
public final class RunStore implements AutoCloseable {
    private static final String SELECT =
            """
            SELECT id, name, created_ms, command, owner_pid, runtime_directory, grain, strength,
                verdict, refusal, elapsed_ms, steps, blocks, windows, digests, registers, stores,
                inputs
            FROM runs
            """;

    private final Database database;

    private RunStore(Database database) {
        this.database = database;
    }

    /**
     * Opens the store, which is created when missing, and gives every run whose owner vanished its
     * verdict.
     *
     * @param vanished gets the runtime directory of every coordinator that vanished
     * @throws dev.lockstep.server.run.ConfigException if the directory cannot be used
     */
    public static RunStore open(Path stateDirectory, Consumer<Path> vanished) {
        Database database = Database.open(stateDirectory);
        new Sweeper(database, stateDirectory, vanished).sweep();
        return new RunStore(database);
    }

    /** Returns all runs, newest first. */
    public List<StoredRun> list() {
        return database.query(SELECT + " ORDER BY id DESC", this::run);
    }

    /** Returns the run with this id, or the newest of this name. */
    public Optional<StoredRun> find(String idOrName) {
        return database
                .query(
                        SELECT
                                + """
                                WHERE name = ?1 OR CAST(id AS TEXT) = ?1
                                ORDER BY CAST(id AS TEXT) = ?1 DESC, id DESC LIMIT 1
                                """,
                        this::run,
                        idOrName)
                .stream()
                .findFirst();
    }

    @Override
    public void close() {
        database.close();
    }

    private StoredRun run(ResultSet row) throws SQLException {
        Compared compared = compared(row);
        String verdict = row.getString("verdict");
        return new StoredRun(
                row.getLong("id"),
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("created_ms")),
                row.getString("command"),
                row.getLong("owner_pid"),
                Path.of(row.getString("runtime_directory")),
                compared,
                verdict == null
                        ? Optional.empty()
                        : Optional.of(report(row, Verdict.valueOf(verdict), compared)));
    }

    private RunReport report(ResultSet row, Verdict verdict, Compared compared)
            throws SQLException {
        long id = row.getLong("id");
        return new RunReport(
                verdict,
                row.getString("name"),
                Grain.valueOf(row.getString("grain")),
                Strength.valueOf(row.getString("strength")),
                row.getLong("elapsed_ms"),
                row.getString("refusal"),
                database.query(
                        "SELECT text FROM notes WHERE run = ? ORDER BY id",
                        note -> note.getString(1),
                        id),
                compared,
                database.query(
                        "SELECT * FROM engines WHERE run = ? ORDER BY id", RunStore::engine, id),
                database.query(
                        "SELECT * FROM divergences WHERE run = ? ORDER BY id",
                        RunStore::divergence,
                        id));
    }

    private static Compared compared(ResultSet row) throws SQLException {
        return new Compared(
                row.getLong("steps"),
                row.getLong("blocks"),
                row.getLong("windows"),
                row.getLong("digests"),
                row.getLong("registers"),
                row.getLong("stores"),
                row.getLong("inputs"));
    }

    private static EngineReport engine(ResultSet row) throws SQLException {
        String reason = row.getString("exit_reason");
        return new EngineReport(
                row.getString("name"),
                Role.valueOf(row.getString("role")),
                row.getBoolean("connected"),
                row.getLong("steps"),
                row.getLong("blocks"),
                reason == null ? null : new EngineReport.Exit(reason, row.getLong("exit_status")),
                longOrNull(row, "elapsed_ms"),
                longOrNull(row, "peak_rss_bytes"));
    }

    private static Divergence divergence(ResultSet row) throws SQLException {
        return new Divergence(
                row.getString("engine"),
                row.getLong("step"),
                row.getLong("pc"),
                row.getString("field"),
                row.getString("reference"),
                row.getString("subject"),
                row.getString("class"),
                longOrNull(row, "distance"),
                row.getLong("block"));
    }

    private static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
