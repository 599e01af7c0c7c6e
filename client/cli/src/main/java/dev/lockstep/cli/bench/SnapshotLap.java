package dev.lockstep.cli.bench;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Snapshot;

import java.util.List;

/**
 * What the snapshots of one run cost.
 *
 * @param first the store had nothing of it
 * @param storeSeconds from the order of the first until it was kept for good
 * @param pace of the guest meanwhile, as a part of its pace before
 * @param later those after it, a round of the guest's apart
 * @param importSeconds to keep the first once more, from a file, in an empty store
 */
record SnapshotLap(
        Kept first, double storeSeconds, double pace, List<Kept> later, double importSeconds) {
    private static final double SECOND_NS = 1e9;

    /**
     * A snapshot that was taken.
     *
     * @param addedBytes what it took of the disk
     */
    record Kept(Snapshot snapshot, long addedBytes) {
        /**
         * Returns how long the run stood still: as long as that of its engines did that waited
         * longest.
         */
        double stallSeconds() {
            return snapshot.getEnginesList().stream()
                            .mapToLong(EngineSnapshot::getStallNs)
                            .max()
                            .orElseThrow()
                    / SECOND_NS;
        }

        /** Returns the pages that hold other than zeros. */
        long pages() {
            return snapshot.getEngines(0).getPageCount();
        }

        /** Returns the pages that engines brought, for the store had none like them. */
        long newPages() {
            return snapshot.getEnginesList().stream()
                    .mapToLong(EngineSnapshot::getNewPageCount)
                    .sum();
        }
    }

    /** Returns the last of its snapshots. */
    Kept last() {
        return later.getLast();
    }
}
