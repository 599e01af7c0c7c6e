package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.VerifyResult;
import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.DatabaseException;
import dev.lockstep.server.sqlite.DatabaseException.Trouble;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks one snapshot or all of the store, as it is at one moment: what snapshots consist of, every
 * blob's SHA-256, and, of all, what the database says of itself and how often each blob is named.
 * Of one thread.
 */
final class Verification {
    /** How often a check tells of its progress, in blobs. */
    private static final int PROGRESS_BLOBS = 1024;

    private final Blobs blobs;
    private final Database database;
    private final VerifyListener listener;
    private final Damages damages = new Damages();
    private final List<SnapshotReader> snapshots = new ArrayList<>();
    private long checked;

    Verification(Blobs blobs, VerifyListener listener) {
        this.blobs = blobs;
        this.database = blobs.database();
        this.listener = listener;
    }

    /**
     * Checks; what is damaged is told at the end.
     *
     * @param id 0 for all
     * @throws SnapshotException if there is no snapshot of this number
     */
    VerifyResult run(long id) {
        try {
            check(id);
        } catch (BlobException | DatabaseException e) {
            damages.add(snapshots.stream().map(SnapshotReader::id).toList(), reason(e));
        }
        damages.others().forEach(listener::found);
        new DamagedParts(blobs, snapshots, damages.blobs()).find().forEach(listener::found);
        return VerifyResult.newBuilder()
                .setCheckedCount(checked)
                .setDamageCount(damages.count())
                .build();
    }

    /** Returns what to say of damage; throws whatever else is the matter again. */
    private static String reason(RuntimeException e) {
        if (e instanceof DatabaseException trouble
                && trouble.trouble() != Trouble.DAMAGED
                && trouble.trouble() != Trouble.OTHER) {
            throw e;
        }
        return String.valueOf(e.getMessage());
    }

    private void check(long id) {
        List<Long> ids = ids(id);
        if (id == 0) {
            checkDatabase(ids);
        }
        Census census = new Census(database);
        TreeCheck trees = new TreeCheck(blobs, census, damages);
        ids.forEach(snapshot -> checkSnapshot(snapshot, trees, census));
        checkContents(census);
        if (id == 0 && !listener.isCancelled()) {
            checkCounts(census, trees);
        }
    }

    private List<Long> ids(long id) {
        List<Long> ids =
                database.query(
                        "SELECT id FROM snapshot WHERE ?1 = 0 OR id = ?1 ORDER BY id",
                        row -> row.getLong(1),
                        id);
        if (id != 0 && ids.isEmpty()) {
            throw SnapshotException.absent(id);
        }
        return ids;
    }

    private void checkDatabase(List<Long> ids) {
        database.query("PRAGMA integrity_check", row -> row.getString(1)).stream()
                .filter(line -> !line.equals("ok"))
                .forEach(line -> damages.add(ids, "the database: " + line));
    }

    private void checkSnapshot(long id, TreeCheck trees, Census census) {
        if (listener.isCancelled()) {
            return;
        }
        try {
            SnapshotReader snapshot = new SnapshotReader(id, blobs);
            snapshots.add(snapshot);
            Inventory inventory = snapshot.inventory();
            trees.reach(inventory.hash()).ifPresent(census::name);
            trees.nameChildren(inventory.node());
            trees.reach(inventory.manifest());
            inventory.states().forEach(trees::reach);
            inventory.sources().forEach(trees::checkTree);
            List<Integer> pageCounts = inventory.memories().stream().map(trees::checkTree).toList();
            checkManifest(snapshot, pageCounts);
        } catch (SnapshotException | DatabaseException e) {
            damages.add(List.of(id), reason(e));
        }
    }

    /** The states are read again with all other contents; what is said of them is checked here. */
    private void checkManifest(SnapshotReader snapshot, List<Integer> pageCounts) {
        Snapshot manifest = snapshot.manifest();
        List<EngineSnapshot> engines = manifest.getEnginesList();
        boolean agrees = Manifests.areEqual(engines) == manifest.getEqual();
        for (int i = 0; i < engines.size(); i++) {
            GuestState state = snapshot.state(i);
            EngineSnapshot engine = engines.get(i);
            Hash root = snapshot.inventory().memories().get(i);
            agrees &=
                    engine.getMemoryRoot().equals(root.message())
                            && engine.getMachineDigest().equals(MachineDigest.of(state))
                            && engine.getPageCount() == pageCounts.get(i)
                            && state.getStep() == manifest.getStep();
        }
        if (!agrees) {
            damages.add(
                    List.of(snapshot.id()),
                    "snapshot %d: its manifest does not agree with its states"
                            .formatted(snapshot.id()));
        }
    }

    private void checkContents(Census census) {
        int total = census.reachedCount();
        for (int place = 0; place < census.size() && !listener.isCancelled(); place++) {
            if (census.isReached(place)) {
                checkContent(census.id(place));
                checked++;
                if (checked % PROGRESS_BLOBS == 0) {
                    listener.progressed(checked, total);
                }
            }
        }
        listener.progressed(checked, total);
    }

    private void checkContent(long id) {
        Hash hash = blobs.hash(id);
        try {
            blobs.read(id, hash);
        } catch (BlobException e) {
            damages.add(hash, e.reason());
        }
    }

    private void checkCounts(Census census, TreeCheck trees) {
        IntStream.range(0, census.size())
                .filter(place -> census.isNode(place) && !census.isReached(place))
                .forEach(trees::nameChildrenOf);
        long missing = places(census).filter(place -> census.excess(place) > 0).count();
        long leaked = places(census).filter(place -> census.excess(place) < 0).count();
        if (missing > 0) {
            damages.add(
                    snapshots.stream().map(SnapshotReader::id).toList(),
                    "%d blobs are named more often than was counted: removing a snapshot may take away what others need"
                            .formatted(missing));
        }
        if (leaked > 0) {
            damages.add(
                    List.of(),
                    "%d blobs are named less often than was counted: they may stay when nothing needs them, which does no harm"
                            .formatted(leaked));
        }
    }

    private static Stream<Integer> places(Census census) {
        return IntStream.range(0, census.size()).boxed();
    }
}
