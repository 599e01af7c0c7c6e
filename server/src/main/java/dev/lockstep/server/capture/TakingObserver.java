package dev.lockstep.server.capture;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotProgress;

/** Hears how far snapshots have come, on the thread that takes them. */
public interface TakingObserver {
    /** Called now and then. */
    void progressed(SnapshotProgress progress) throws InterruptedException;

    /** Called when a snapshot is kept for good. */
    void taken(Snapshot snapshot) throws InterruptedException;

    /** Called when one of several cannot be taken: an engine refuses its state. */
    void refused(long step, String why) throws InterruptedException;
}
