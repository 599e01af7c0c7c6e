package dev.lockstep.server.log;

import dev.lockstep.server.run.ConfigException;

/** The tables. A run without verdict is in progress as long as its owner holds the lock. */
final class Schema {
    private static final int VERSION = 1;

    private static final String TABLES =
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

    private Schema() {}

    /** Creates the tables in a new database; refuses one of another version. */
    static void upgrade(Database database) {
        int version = database.query("PRAGMA user_version", row -> row.getInt(1)).getFirst();
        if (version == 0) {
            database.execute(TABLES);
            database.execute("PRAGMA user_version = " + VERSION);
        } else if (version != VERSION) {
            throw new ConfigException(
                    "log of runs %s: version %d (expected: %d; choose another state directory)"
                            .formatted(database.file(), version, VERSION));
        }
    }
}
