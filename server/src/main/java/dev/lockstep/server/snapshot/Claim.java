package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.Owner;
import dev.lockstep.server.sqlite.OwnerLock;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Somebody's claim on all blobs that there are, of whatever process: while another has one, no blob
 * goes, since it may count on any that it found. A claim knows whether there may be blobs that
 * nothing names; who gives up the last claim removes them, and who finds the claim of a process
 * that died takes that over. Not thread-safe.
 */
final class Claim {
    private final Blobs blobs;
    private final Database database;
    private final OwnerLock lock;

    private Claim(Blobs blobs, OwnerLock lock) {
        this.blobs = blobs;
        this.database = blobs.database();
        this.lock = lock;
    }

    /** Makes a claim, and ends those of processes that died. */
    static Claim make(Blobs blobs, Path stateDirectory) {
        List<Owner> dead =
                blobs
                        .database()
                        .query(
                                "SELECT owner_lock, owner_pid, owner_start_ms FROM claim",
                                row -> new Owner(row.getString(1), row.getLong(2), row.getLong(3)))
                        .stream()
                        .filter(owner -> OwnerLock.isFree(stateDirectory, owner))
                        .toList();
        // A process that was killed between its lock and its claim has none that leads to the lock.
        OwnerLock.ofOtherProcesses(stateDirectory)
                .forEach(name -> OwnerLock.removeDead(stateDirectory, name));
        Claim claim = new Claim(blobs, OwnerLock.create(stateDirectory));
        return claim.during(() -> {
            claim.database.transact(() -> claim.enter(dead));
            return claim;
        });
    }

    /** Does what is done under this claim; when that throws, the claim is left to others. */
    <T> T during(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Notes that there may be blobs that nothing names; in a transaction of the caller or not. */
    void noteWaste() {
        database.update("UPDATE claim SET has_waste = TRUE WHERE owner_lock = ?", lock.name());
    }

    /**
     * Removes what nothing names, if somebody noted that there is something and nobody else has a
     * claim.
     *
     * @return bytes that were given back to the disk
     */
    long tidy() {
        return database.inTransaction(this::takesWaste) ? new Collector(blobs, this).collect() : 0;
    }

    /**
     * Tidies up, or leaves that to the others, and ends. If that fails, whoever makes a claim next
     * finds this one without owner.
     *
     * @param leavesWaste whether there may be blobs that nothing names
     * @return bytes that were given back to the disk
     */
    long end(boolean leavesWaste) {
        try (lock) {
            if (leavesWaste) {
                noteWaste();
            }
            long freedBytes = tidy();
            while (!database.inTransaction(this::leaves)) {
                freedBytes += tidy();
            }
            return freedBytes;
        }
    }

    /** Returns whether others have a claim. */
    boolean isShared() {
        return !database.query(
                        "SELECT 1 FROM claim WHERE owner_lock <> ? LIMIT 1",
                        row -> true,
                        lock.name())
                .isEmpty();
    }

    private void enter(List<Owner> dead) {
        dead.forEach(
                owner -> database.update("DELETE FROM claim WHERE owner_lock = ?", owner.lock()));
        Owner owner = Owner.of(lock);
        database.update(
                """
                INSERT INTO claim (owner_lock, owner_pid, owner_start_ms, has_waste)
                VALUES (?, ?, ?, ?)
                """,
                owner.lock(),
                owner.processId(),
                owner.startMs(),
                !dead.isEmpty());
    }

    private boolean takesWaste() {
        return !isShared()
                && database.update(
                                """
                                UPDATE claim SET has_waste = FALSE
                                WHERE owner_lock = ? AND has_waste
                                """,
                                lock.name())
                        > 0;
    }

    /** Returns whether this was ended: not if there is waste that nobody else can take. */
    private boolean leaves() {
        database.update(
                """
                UPDATE claim SET has_waste = TRUE
                WHERE EXISTS (SELECT 1 FROM claim WHERE owner_lock = ? AND has_waste)
                """,
                lock.name());
        return database.update(
                        """
                        DELETE FROM claim WHERE owner_lock = ?1
                            AND (NOT has_waste OR EXISTS (SELECT 1 FROM claim WHERE owner_lock <> ?1))
                        """,
                        lock.name())
                > 0;
    }
}
