package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.Schema;

import java.nio.file.Path;
import java.util.List;

/**
 * The tables. A blob is a piece of content under its SHA-256; {@code refs} counts the objects and
 * snapshots that name it (once each, however often), and is in a small row of its own so that
 * counting does not write 4 KiB. A blob that nothing names goes when nobody has a {@link Claim}.
 */
final class SnapshotSchema {
    /** 15 pages of a guest fit into one, with little waste. */
    static final int PAGE_BYTES = 64 << 10;

    private static final int CACHE_KIB = 32 << 10;

    /** Pages in the write-ahead log at which it is written back: 16 MiB. */
    private static final int WAL_PAGES = 256;

    private static final String VERSION_1 =
            """
            CREATE TABLE blob (
                id INTEGER PRIMARY KEY,
                hash BLOB NOT NULL UNIQUE,
                is_node INTEGER NOT NULL,
                refs INTEGER NOT NULL DEFAULT 0
            );
            CREATE TABLE content (
                id INTEGER PRIMARY KEY,
                is_compressed INTEGER NOT NULL,
                data BLOB NOT NULL
            );
            CREATE TABLE snapshot (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                run TEXT NOT NULL,
                inventory BLOB NOT NULL
            );
            CREATE INDEX snapshot_by_run ON snapshot (run);
            CREATE TABLE claim (
                owner_lock TEXT PRIMARY KEY,
                owner_pid INTEGER NOT NULL,
                owner_start_ms INTEGER NOT NULL,
                has_waste INTEGER NOT NULL DEFAULT 0
            );
            """;

    private static final Schema SCHEMA =
            new Schema(
                    "store of snapshots",
                    List.of(
                            "PRAGMA page_size = " + PAGE_BYTES,
                            "PRAGMA auto_vacuum = INCREMENTAL",
                            "PRAGMA cache_size = -" + CACHE_KIB,
                            "PRAGMA wal_autocheckpoint = " + WAL_PAGES),
                    List.of(VERSION_1));

    private SnapshotSchema() {}

    static Path file(Path stateDirectory) {
        return stateDirectory.resolve("snapshots.db");
    }

    /** Opens the database of a state directory, and creates what is missing. */
    static Database open(Path stateDirectory) {
        return Database.open(file(stateDirectory), SCHEMA);
    }
}
