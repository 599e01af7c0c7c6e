package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.DatabaseException;

import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Removes what no snapshot needs, and gives its room back to the disk. Not thread-safe. */
final class Collector {
    /** Blobs in one transaction, so that others who write wait for some ten milliseconds. */
    private static final int BATCH = 512;

    /** Pages of the database that are moved in one transaction: 4 MiB. */
    private static final int VACUUM_BATCH = 64;

    /** Somebody who reads keeps the log long; the next collection shortens it. */
    private static final int CHECKPOINT_TIMEOUT_MS = 100;

    private static final int BUSY_TIMEOUT_MS = 10_000;

    private final Blobs blobs;
    private final Database database;
    private final Claim claim;

    Collector(Blobs blobs, Claim claim) {
        this.blobs = blobs;
        this.database = blobs.database();
        this.claim = claim;
    }

    private record Unnamed(long id, Hash hash, boolean isNode) {}

    /**
     * Removes all blobs that nothing names, until somebody else makes a claim. What a blob names
     * was there before it and so has a lower id: one way down through all ids finds everything.
     *
     * @return bytes that were given back
     * @throws CancellationException if the thread is interrupted; the rest is left to whoever makes
     *     a claim next
     */
    long collect() {
        checkpoint(); // A full disk has no room but that which the log gives up.
        long pagesBefore = pageCount();
        long below = Long.MAX_VALUE;
        while (below > 0) {
            checkWanted();
            long from = below;
            below = database.inTransaction(() -> removeBatch(from));
        }
        shrink();
        return Math.max(0, pagesBefore - pageCount()) * SnapshotSchema.PAGE_BYTES;
    }

    private static void checkWanted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("nobody waits for the removal any more");
        }
    }

    /** Returns the id of the last one that was removed; 0 when there are no more. */
    private long removeBatch(long below) {
        if (claim.isShared()) {
            claim.noteWaste();
            return 0;
        }
        long last = below;
        for (int i = 0; i < BATCH && last > 0; i++) {
            Optional<Unnamed> next = nextBelow(last);
            next.ifPresent(this::remove);
            last = next.map(Unnamed::id).orElse(0L);
        }
        return last;
    }

    private Optional<Unnamed> nextBelow(long id) {
        return database
                .query(
                        """
                        SELECT id, hash, is_node FROM blob WHERE refs = 0 AND id < ?
                        ORDER BY id DESC LIMIT 1
                        """,
                        row -> new Unnamed(row.getLong(1), Blobs.hash(row, 2), row.getBoolean(3)),
                        id)
                .stream()
                .findFirst();
    }

    private void remove(Unnamed blob) {
        if (blob.isNode) {
            unnameChildren(blob.hash);
        }
        database.update("DELETE FROM content WHERE id = ?", blob.id);
        database.update("DELETE FROM blob WHERE id = ?", blob.id);
    }

    /** What a damaged node named stays for good: too much is better than too little. */
    private void unnameChildren(Hash hash) {
        try {
            blobs.unname(Node.parse(blobs.read(hash)).children());
        } catch (BlobException e) {
            // Its verification says so.
        }
    }

    private void shrink() {
        long free = count("PRAGMA freelist_count");
        long before = free + 1;
        while (free > 0 && free < before) {
            checkWanted();
            database.execute("PRAGMA incremental_vacuum(%d)".formatted(VACUUM_BATCH));
            before = free;
            free = count("PRAGMA freelist_count");
        }
        checkpoint();
    }

    /** Empties the write-ahead log, as far as nobody reads there and the disk lets it. */
    private void checkpoint() {
        database.execute("PRAGMA busy_timeout = " + CHECKPOINT_TIMEOUT_MS);
        try {
            database.query("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt(1));
        } catch (DatabaseException e) {
            // What matters is whether what is there can be removed, and that is tried in any case.
        } finally {
            database.execute("PRAGMA busy_timeout = " + BUSY_TIMEOUT_MS);
        }
    }

    private long pageCount() {
        return count("PRAGMA page_count");
    }

    private long count(String pragma) {
        return database.query(pragma, row -> row.getLong(1)).getFirst();
    }
}
