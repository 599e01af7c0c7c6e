package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.SnapshotDamage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a check has found: blobs, of which it is yet to be told what needs them, and all else. */
final class Damages {
    /** What is told one by one; more are only counted. */
    private static final int LIMIT = 1000;

    private final List<SnapshotDamage> others = new ArrayList<>();
    private final Map<Hash, String> blobs = new LinkedHashMap<>();
    private long count;

    /** Notes what is not to be told of a blob. */
    void add(List<Long> snapshots, String text) {
        count++;
        if (others.size() < LIMIT) {
            others.add(
                    SnapshotDamage.newBuilder().addAllSnapshotIds(snapshots).setText(text).build());
        }
    }

    /** Notes a blob; {@code why} goes on after its name. */
    void add(Hash blob, String why) {
        if (blobs.containsKey(blob)) {
            return;
        }
        count++;
        if (blobs.size() < LIMIT) {
            blobs.put(blob, why);
        }
    }

    List<SnapshotDamage> others() {
        return others;
    }

    Map<Hash, String> blobs() {
        return blobs;
    }

    long count() {
        return count;
    }
}
