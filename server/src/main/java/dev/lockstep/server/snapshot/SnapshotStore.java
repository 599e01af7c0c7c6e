package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.proto.v1.VerifyResult;
import dev.lockstep.server.snapshot.SnapshotComparison.Side;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of a state directory, which other processes use at the same time. Thread-safe:
 * every call has a connection of its own, and so has what {@link #begin} and {@link #read} return;
 * what calls share is the database. All wait for the disk. A database that cannot be used throws a
 * {@link dev.lockstep.server.sqlite.DatabaseException} that tells why.
 */
public final class SnapshotStore {
    /** Snapshots that a list has at most. */
    public static final int MAX_LIST = 256;

    private final Path stateDirectory;
    private final SourceFacts facts = new SourceFacts();

    private SnapshotStore(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    /** Returns the store of a state directory; no file is made before the first snapshot. */
    public static SnapshotStore open(Path stateDirectory) {
        return new SnapshotStore(stateDirectory);
    }

    /**
     * Begins a snapshot, after tidying up what takes left whose processes died.
     *
     * @param about what is known of it: run, run_id, create_time, label, launch, and of its
     *     engines, the reference first, engine, role, implementation and agreement; all else is
     *     found out
     * @throws SnapshotException if that cannot be
     */
    public Take begin(Snapshot about) {
        SnapshotRules.check(about);
        Blobs blobs = blobs();
        try {
            Claim claim = Claim.make(blobs, stateDirectory);
            return claim.during(() -> {
                claim.tidy();
                return new Take(about, facts, blobs, claim);
            });
        } catch (RuntimeException e) {
            blobs.close();
            throw e;
        }
    }

    /**
     * Returns snapshots, newest first, without launch; of one that is damaged id, run and what is
     * wrong with it.
     *
     * @param run of this run only, by its name; empty for all
     * @param before only those with a smaller number
     * @param limit at most so many, and {@link #MAX_LIST}
     */
    public List<Snapshot> list(String run, long before, int limit) {
        if (!exists()) {
            return List.of();
        }
        try (Blobs blobs = blobs()) {
            return blobs.database().inSnapshot(() -> list(blobs, run, before, limit));
        }
    }

    private static List<Snapshot> list(Blobs blobs, String run, long before, int limit) {
        return blobs
                .database()
                .query(
                        """
                        SELECT id, run FROM snapshot WHERE id < ?1 AND (?2 = '' OR run = ?2)
                        ORDER BY id DESC LIMIT ?3
                        """,
                        row -> Snapshot.newBuilder().setId(row.getLong(1)).setRun(row.getString(2)),
                        before,
                        run,
                        Math.min(limit, MAX_LIST))
                .stream()
                .map(listed -> listed(blobs, listed))
                .toList();
    }

    /** One that is damaged keeps no other one from being listed, and can still be removed. */
    private static Snapshot listed(Blobs blobs, Snapshot.Builder named) {
        try {
            Snapshot manifest = new SnapshotReader(named.getId(), blobs).manifest();
            return manifest.toBuilder().clearLaunch().build();
        } catch (SnapshotException e) {
            return named.setDamage(String.valueOf(e.getMessage())).build();
        }
    }

    /** Returns what is known of a snapshot, if there is one of this number. */
    public Optional<Snapshot> find(long id) {
        try (SnapshotReader reader = read(id)) {
            return Optional.of(reader.manifest());
        } catch (SnapshotException e) {
            if (e.fault() == SnapshotException.Fault.ABSENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Returns a reader of a snapshot.
     *
     * @throws SnapshotException if there is none of this number
     */
    public SnapshotReader read(long id) {
        Blobs blobs = blobs(id);
        try {
            return new SnapshotReader(id, blobs);
        } catch (RuntimeException e) {
            blobs.close();
            throw e;
        }
    }

    /**
     * Removes a snapshot, and what no other one needs; what a take in progress may need goes when
     * that ends.
     *
     * @return bytes that were given back to the disk
     * @throws SnapshotException if there is none of this number
     * @throws java.util.concurrent.CancellationException if the thread is interrupted; the snapshot
     *     is removed then, and what only it needed goes with the next take or removal
     */
    public long remove(long id) {
        try (Blobs blobs = blobs(id)) {
            Claim claim = Claim.make(blobs, stateDirectory);
            boolean isKnown =
                    claim.during(
                            () -> blobs.database().inTransaction(() -> forget(blobs, claim, id)));
            long freedBytes = claim.end(false);
            if (!isKnown) {
                throw SnapshotException.absent(id);
            }
            return freedBytes;
        }
    }

    /**
     * Compares the states of two engines.
     *
     * @param rangeLimit ranges of bytes in the result at most
     * @throws SnapshotException if one of them is not there
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public SnapshotDiff compare(SnapshotEngine reference, SnapshotEngine subject, int rangeLimit) {
        try (SnapshotReader left = read(reference.getId());
                SnapshotReader right = read(subject.getId())) {
            return SnapshotComparison.compare(
                    new Side(left, left.place(reference.getEngine())),
                    new Side(right, right.place(subject.getEngine())),
                    rangeLimit);
        }
    }

    /**
     * Checks what is kept.
     *
     * @param id number of the one snapshot to check; 0 for all that is kept
     * @return what it came to, up to where it was cancelled
     * @throws SnapshotException if there is none of this number
     */
    public VerifyResult verify(long id, VerifyListener listener) {
        if (!exists() && id == 0) {
            return VerifyResult.getDefaultInstance();
        }
        try (Blobs blobs = blobs(id)) {
            return blobs.database().inSnapshot(() -> new Verification(blobs, listener).run(id));
        }
    }

    /**
     * Writes a snapshot as one file, a little at a time.
     *
     * @throws IOException if that cannot be written
     * @throws SnapshotException if there is none of this number, or it is damaged
     */
    public void export(long id, OutputStream out) throws IOException {
        try (SnapshotReader snapshot = read(id)) {
            new Exporter(snapshot, new ExportWriter(out)).export();
        }
    }

    /**
     * Keeps a snapshot that was exported; nothing of it if the file is not as it was written.
     *
     * @return what is known of it here, where it has another number
     * @throws IOException if the file cannot be read
     * @throws SnapshotException if it is not as it was written
     */
    public Snapshot importFrom(InputStream in) throws IOException {
        Importer importer = new Importer(new ExportReader(in));
        Snapshot manifest = importer.manifest();
        try (Take take = begin(manifest.toBuilder().setRunId(0).build())) {
            importer.tell(take, manifest);
            return take.commit();
        }
    }

    /** Returns whether there was such a snapshot. */
    private static boolean forget(Blobs blobs, Claim claim, long id) {
        List<Hash> inventory =
                blobs.database()
                        .query(
                                "DELETE FROM snapshot WHERE id = ? RETURNING inventory",
                                row -> Blobs.hash(row, 1),
                                id);
        blobs.unname(inventory);
        claim.noteWaste();
        return !inventory.isEmpty();
    }

    /** Opens the database for one that is there already: none is made for being asked. */
    private Blobs blobs(long id) {
        if (!exists()) {
            throw SnapshotException.absent(id);
        }
        return blobs();
    }

    private boolean exists() {
        return Files.exists(SnapshotSchema.file(stateDirectory));
    }

    private Blobs blobs() {
        return new Blobs(SnapshotSchema.open(stateDirectory));
    }
}
