package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.proto.v1.Source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds out which snapshots need blobs that are damaged, and for what. Not thread-safe. */
final class DamagedParts {
    private final Blobs blobs;
    private final List<SnapshotReader> snapshots;

    /** Why each blob is damaged. */
    private final Map<Hash, String> damaged;

    private final Map<Hash, SnapshotDamage.Builder> found = new LinkedHashMap<>();

    DamagedParts(Blobs blobs, List<SnapshotReader> snapshots, Map<Hash, String> damaged) {
        this.blobs = blobs;
        this.snapshots = snapshots;
        this.damaged = damaged;
    }

    /** Returns what there is to tell, of each blob once. */
    List<SnapshotDamage> find() {
        if (!damaged.isEmpty()) {
            snapshots.forEach(this::look);
        }
        return damaged.keySet().stream().map(this::damage).toList();
    }

    private SnapshotDamage damage(Hash blob) {
        SnapshotDamage.Builder known = found.get(blob);
        return known != null ? known.build() : unknown(blob);
    }

    /** It was reached by a name that it has no more: any of them may need it. */
    private SnapshotDamage unknown(Hash blob) {
        return SnapshotDamage.newBuilder()
                .addAllSnapshotIds(snapshots.stream().map(SnapshotReader::id).toList())
                .setText("blob %s %s".formatted(blob, damaged.get(blob)))
                .build();
    }

    private void look(SnapshotReader snapshot) {
        Inventory inventory = snapshot.inventory();
        note(snapshot, inventory.hash(), "the inventory");
        note(snapshot, inventory.manifest(), "the manifest");
        for (int i = 0; i < inventory.states().size(); i++) {
            String engine = snapshot.manifest().getEngines(i).getEngine();
            note(snapshot, inventory.states().get(i), "the state of " + engine);
            lookAtTree(snapshot, inventory.memories().get(i), engine);
        }
        for (int i = 0; i < inventory.sources().size(); i++) {
            Source source = snapshot.manifest().getSources(i);
            lookAtTree(snapshot, inventory.sources().get(i), "source " + source.getName());
        }
    }

    private void lookAtTree(SnapshotReader snapshot, Hash root, String whose) {
        if (damaged.containsKey(root)) {
            note(snapshot, root, "the memory of " + whose);
            return;
        }
        try {
            look(snapshot, whose, root, Node.parse(blobs.read(root)).kind(), 0);
        } catch (BlobException e) {
            // It was noted where it was found.
        }
    }

    private void look(SnapshotReader snapshot, String whose, Hash hash, int level, long page) {
        if (damaged.containsKey(hash)) {
            note(snapshot, hash, "%s of %s".formatted(Tree.range(page, level), whose));
        } else if (level >= 0) {
            Node node = Node.parse(blobs.read(hash), level);
            for (int i = 0; i < node.size(); i++) {
                long childPage = page + ((long) node.index(i) << (level * Node.DIGIT_BITS));
                look(snapshot, whose, node.child(i), level - 1, childPage);
            }
        }
    }

    private void note(SnapshotReader snapshot, Hash hash, String what) {
        if (!damaged.containsKey(hash)) {
            return;
        }
        SnapshotDamage.Builder damage =
                found.computeIfAbsent(
                        hash,
                        _ ->
                                SnapshotDamage.newBuilder()
                                        .setText(
                                                "%s in snapshot %d %s"
                                                        .formatted(
                                                                what,
                                                                snapshot.id(),
                                                                damaged.get(hash))));
        if (!damage.getSnapshotIdsList().contains(snapshot.id())) {
            damage.addSnapshotIds(snapshot.id());
        }
    }
}
