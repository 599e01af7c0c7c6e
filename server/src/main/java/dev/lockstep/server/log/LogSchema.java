package dev.lockstep.server.log;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.Schema;

import java.nio.file.Path;
import java.util.List;

/** The tables. A run without verdict is in progress as long as its owner holds the lock. */
final class LogSchema {
    private static final String FILE_NAME = "lockstep.db";

    private static final String VERSION_1 =
            """
            CREATE TABLE runs (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL,
                created_ms INTEGER NOT NULL,
                command TEXT NOT NULL,
                grain TEXT NOT NULL,
                strength TEXT NOT NULL,
                owner_pid INTEGER NOT NULL,
                owner_start_ms INTEGER NOT NULL,
                owner_lock TEXT NOT NULL,
                runtime_directory TEXT NOT NULL,
                verdict TEXT,
                refusal TEXT,
                elapsed_ms INTEGER NOT NULL DEFAULT 0,
                steps INTEGER NOT NULL DEFAULT 0,
                blocks INTEGER NOT NULL DEFAULT 0,
                windows INTEGER NOT NULL DEFAULT 0,
                digests INTEGER NOT NULL DEFAULT 0,
                registers INTEGER NOT NULL DEFAULT 0,
                stores INTEGER NOT NULL DEFAULT 0,
                inputs INTEGER NOT NULL DEFAULT 0
            );
            CREATE INDEX runs_by_name ON runs (name);
            CREATE TABLE engines (
                id INTEGER PRIMARY KEY,
                run INTEGER NOT NULL REFERENCES runs (id),
                name TEXT NOT NULL,
                role TEXT NOT NULL,
                connected INTEGER NOT NULL DEFAULT 0,
                steps INTEGER NOT NULL DEFAULT 0,
                blocks INTEGER NOT NULL DEFAULT 0,
                exit_reason TEXT,
                exit_status INTEGER,
                elapsed_ms INTEGER,
                peak_rss_bytes INTEGER
            );
            CREATE INDEX engines_by_run ON engines (run);
            CREATE TABLE divergences (
                id INTEGER PRIMARY KEY,
                run INTEGER NOT NULL REFERENCES runs (id),
                engine TEXT NOT NULL,
                step INTEGER NOT NULL,
                pc INTEGER NOT NULL,
                field TEXT NOT NULL,
                reference TEXT NOT NULL,
                subject TEXT NOT NULL,
                class TEXT,
                distance INTEGER,
                block INTEGER NOT NULL
            );
            CREATE INDEX divergences_by_run ON divergences (run);
            CREATE TABLE notes (
                id INTEGER PRIMARY KEY,
                run INTEGER NOT NULL REFERENCES runs (id),
                text TEXT NOT NULL
            );
            CREATE INDEX notes_by_run ON notes (run);
            """;

    /** The index is for the sweeper, who looks for runs without verdict at every opening. */
    private static final String VERSION_2 =
            """
            ALTER TABLE runs ADD COLUMN profile TEXT NOT NULL DEFAULT 'DEFAULT';
            ALTER TABLE engines ADD COLUMN outcome TEXT;
            CREATE INDEX runs_in_progress ON runs (owner_lock) WHERE verdict IS NULL;
            """;

    /** The conclusion is the verdict while the engines have not yet given their accounts. */
    private static final String VERSION_3 = "ALTER TABLE runs ADD COLUMN conclusion TEXT";

    /** What was found out by looking closer, as the message of evidence.proto. */
    private static final String VERSION_4 = "ALTER TABLE divergences ADD COLUMN evidence BLOB";

    /** The profile of a user, null without one, and how often its rules were applied. */
    private static final String VERSION_5 =
            """
            ALTER TABLE runs ADD COLUMN profile_name TEXT;
            ALTER TABLE runs ADD COLUMN profile_sha256 TEXT;
            CREATE TABLE rules (
                id INTEGER PRIMARY KEY,
                run INTEGER NOT NULL REFERENCES runs (id),
                name TEXT NOT NULL,
                reason TEXT NOT NULL,
                uses INTEGER NOT NULL
            );
            CREATE INDEX rules_by_run ON rules (run);
            """;

    /** What a run asked of the world, as {@link StoredInputs} packs it. */
    private static final String VERSION_6 =
            """
            CREATE TABLE inputs (
                run INTEGER PRIMARY KEY REFERENCES runs (id),
                packed BLOB NOT NULL
            );
            """;

    /** How many events came from an engine, null if none were wanted. */
    private static final String VERSION_7 = "ALTER TABLE engines ADD COLUMN events INTEGER";

    static final Schema SCHEMA =
            new Schema(
                    "log of runs",
                    List.of(),
                    List.of(
                            VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6,
                            VERSION_7));

    private LogSchema() {}

    /** Opens the database of a state directory, and creates what is missing. */
    static Database open(Path stateDirectory) {
        return Database.open(stateDirectory.resolve(FILE_NAME), SCHEMA);
    }
}
