package dev.lockstep.server.log;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.ExitReason;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Profile;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RuleUse;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Strength;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.sqlite.Database;

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
            SELECT id, name, created_ms, command, owner_pid, runtime_directory, profile,
                profile_name, profile_sha256, grain, strength, verdict, refusal, elapsed_ms, steps, blocks, windows, digests, registers, stores,
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
        Database database = LogSchema.open(stateDirectory);
        try {
            new Sweeper(database, stateDirectory, vanished).sweep();
            return new RunStore(database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Returns runs, newest first.
     *
     * @param before only runs with a smaller id
     */
    public List<StoredRun> list(long before, int limit) {
        return database.query(
                SELECT + "WHERE id < ? ORDER BY id DESC LIMIT ?", RunStore::run, before, limit);
    }

    /** Returns the run with this id, or the newest of this name. */
    public Optional<StoredRun> find(String idOrName) {
        return find(database, idOrName);
    }

    static Optional<StoredRun> find(Database database, String idOrName) {
        return database
                .query(
                        SELECT
                                + """
                                WHERE name = ?1 OR id = CAST(?1 AS INTEGER) AND ?1 NOT GLOB '*[^0-9]*'
                                ORDER BY name = ?1, id DESC LIMIT 1
                                """,
                        RunStore::run,
                        idOrName)
                .stream()
                .findFirst();
    }

    /** Returns the newest run that has no verdict. */
    public Optional<StoredRun> newestInProgress() {
        return database
                .query(SELECT + "WHERE verdict IS NULL ORDER BY id DESC LIMIT 1", RunStore::run)
                .stream()
                .findFirst();
    }

    /** Returns the account of a run, empty while it is in progress. */
    public Optional<RunReport> report(long id) {
        return database
                .query(SELECT + "WHERE id = ? AND verdict IS NOT NULL", this::report, id)
                .stream()
                .findFirst();
    }

    /** Returns the engines of a run that are known by now. */
    public List<EngineSpec> engines(long id) {
        return engines(database, id);
    }

    static List<EngineSpec> engines(Database database, long run) {
        return database.query(
                "SELECT name, role FROM engines WHERE run = ? ORDER BY id",
                row -> new EngineSpec(row.getString("name"), Role.valueOf(row.getString("role"))),
                run);
    }

    /** Returns what was found so far, oldest first. */
    public List<Divergence> divergences(long id) {
        return divergences(database, id, 1, Integer.MAX_VALUE);
    }

    /** Returns what a run asked of the world, if that was kept. */
    public Optional<InputRecord> inputs(long id) {
        return database
                .query(
                        "SELECT packed FROM inputs WHERE run = ?",
                        row -> StoredInputs.unpack(row.getBytes("packed")),
                        id)
                .stream()
                .findFirst();
    }

    /**
     * Returns some of the divergences of a run, oldest first.
     *
     * @param first number of the first one, from 1
     */
    static List<Divergence> divergences(Database database, long run, long first, int count) {
        return database.query(
                "SELECT * FROM divergences WHERE run = ? ORDER BY id LIMIT ? OFFSET ?",
                RunStore::divergence,
                run,
                count,
                first - 1);
    }

    @Override
    public void close() {
        database.close();
    }

    private static StoredRun run(ResultSet row) throws SQLException {
        String verdict = row.getString("verdict");
        return new StoredRun(
                row.getLong("id"),
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("created_ms")),
                row.getString("command"),
                row.getLong("owner_pid"),
                Path.of(row.getString("runtime_directory")),
                compared(row),
                row.getLong("elapsed_ms"),
                verdict == null ? null : Verdict.valueOf(verdict),
                row.getString("refusal"));
    }

    private RunReport report(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        return new RunReport(
                Verdict.valueOf(row.getString("verdict")),
                row.getString("name"),
                profile(row),
                Grain.valueOf(row.getString("grain")),
                Strength.valueOf(row.getString("strength")),
                row.getLong("elapsed_ms"),
                row.getString("refusal"),
                database.query(
                        "SELECT text FROM notes WHERE run = ? ORDER BY id",
                        note -> note.getString(1),
                        id),
                compared(row),
                database.query(
                        "SELECT * FROM engines WHERE run = ? ORDER BY id", RunStore::engine, id),
                divergences(id),
                database.query(
                        "SELECT * FROM rules WHERE run = ? ORDER BY id", RunStore::rule, id));
    }

    /** Returns the profile without its rules, of which their use is kept. */
    private static Profile profile(ResultSet row) throws SQLException {
        Profile.Base base = Profile.Base.valueOf(row.getString("profile"));
        String name = row.getString("profile_name");
        return name == null
                ? Profile.of(base)
                : new Profile(base, name, row.getString("profile_sha256"), List.of());
    }

    private static RuleUse rule(ResultSet row) throws SQLException {
        return new RuleUse(row.getString("name"), row.getString("reason"), row.getLong("uses"));
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
        String outcome = row.getString("outcome");
        return new EngineReport(
                row.getString("name"),
                Role.valueOf(row.getString("role")),
                row.getBoolean("connected"),
                row.getLong("steps"),
                row.getLong("blocks"),
                reason == null
                        ? null
                        : new EngineReport.Exit(
                                ExitReason.ofText(reason), row.getLong("exit_status")),
                outcome == null ? null : Verdict.valueOf(outcome),
                longOrNull(row, "elapsed_ms"),
                longOrNull(row, "peak_rss_bytes"),
                longOrNull(row, "events"));
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
                        row.getLong("distance"),
                        row.getLong("block"))
                .withEvidence(row.getBytes("evidence"));
    }

    private static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
