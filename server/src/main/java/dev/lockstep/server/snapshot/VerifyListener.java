package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.SnapshotDamage;

/** Hears how far a check of the store has come, on the thread that checks. */
public interface VerifyListener {
    /** Called now and then, and at the end. */
    void progressed(long checked, long total);

    /** Called for each thing that is damaged, when all was looked at. */
    void found(SnapshotDamage damage);

    /** Returns whether to give up. */
    boolean isCancelled();
}
