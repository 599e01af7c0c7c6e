package dev.lockstep.riscv.snapshot;

/** Whose behaviour {@link PageSnapshots} has; docs/snapshots.md has a table of what differs. */
enum SnapshotProfile {
    /** That of CKB-VM's snapshot2, error for error. */
    COMPATIBLE,
    /** The same without its faults: nothing is taken from a source that was not compared. */
    CHECKED
}
