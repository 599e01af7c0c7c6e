package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.proto.v1.VerifyResult;

import java.util.ArrayList;
import java.util.List;

/** What a check of a store said. */
record Verified(VerifyResult result, List<SnapshotDamage> damages, List<Long> progress) {
    static Verified all(SnapshotStore store) {
        return one(store, 0);
    }

    static Verified one(SnapshotStore store, long id) {
        List<SnapshotDamage> damages = new ArrayList<>();
        List<Long> progress = new ArrayList<>();
        VerifyResult result =
                store.verify(
                        id,
                        new VerifyListener() {
                            @Override
                            public void progressed(long checked, long total) {
                                progress.add(checked);
                            }

                            @Override
                            public void found(SnapshotDamage damage) {
                                damages.add(damage);
                            }

                            @Override
                            public boolean isCancelled() {
                                return false;
                            }
                        });
        return new Verified(result, damages, progress);
    }
}
