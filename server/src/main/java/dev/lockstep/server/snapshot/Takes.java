package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.Owner;
import dev.lockstep.server.sqlite.OwnerLock;

import java.nio.file.Path;

/**
 * The takes in progress, of all processes: while there is one, no blob goes, since the take may
 * count on any that it found. Each knows whether something was left to remove since it began, and
 * who ends last removes it.
 */
final class Takes {
    private final Database database;
    private final Path stateDirectory;

    Takes(Database database, Path stateDirectory) {
        this.database = database;
        this.stateDirectory = stateDirectory;
    }

    /** Enters a take, which lasts until it is ended, or its process dies. */
    OwnerLock begin() {
        OwnerLock lock = OwnerLock.create(stateDirectory);
        try {
            Owner owner = Owner.of(lock);
            database.update(
                    "INSERT INTO take (owner_lock, owner_pid, owner_start_ms) VALUES (?, ?, ?)",
                    owner.lock(),
                    owner.processId(),
                    owner.startMs());
            return lock;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Ends a take.
     *
     * @param leavesWaste whether it leaves blobs that nothing names
     * @return whether there may be such blobs, and nobody else will remove them
     */
    boolean end(String lock, boolean leavesWaste) {
        boolean hasWaste =
                database.query(
                                "DELETE FROM take WHERE owner_lock = ? RETURNING has_waste",
                                row -> row.getBoolean(1),
                                lock)
                        .contains(true);
        return (hasWaste || leavesWaste) && !leaveWaste();
    }

    /** Has those in progress remove what nothing names; returns whether there are any. */
    boolean leaveWaste() {
        return database.update("UPDATE take SET has_waste = TRUE") > 0;
    }

    /**
     * Ends those that nobody else can end any more.
     *
     * @return whether there may be blobs that nothing names, and nobody else will remove them
     */
    boolean sweep() {
        return database
                .query(
                        "SELECT owner_lock, owner_pid, owner_start_ms FROM take",
                        row -> new Owner(row.getString(1), row.getLong(2), row.getLong(3)))
                .stream()
                .filter(owner -> OwnerLock.isFree(stateDirectory, owner))
                .map(owner -> database.inTransaction(() -> end(owner.lock(), true)))
                .reduce(false, Boolean::logicalOr);
    }

    boolean any() {
        return !database.query("SELECT 1 FROM take LIMIT 1", row -> true).isEmpty();
    }
}
