package dev.lockstep.riscv.snapshot;

/** What can be wrong with a snapshot or an operation on its pages, by CKB-VM's names. */
enum SnapshotFault {
    INVALID_VERSION("InvalidVersion"),
    PAGE_UNALIGNED("MemPageUnalignedAccess"),
    DATA_LOAD("SnapshotDataLoadError"),
    OUT_OF_BOUND("MemOutOfBound"),
    WRITE_ON_EXECUTABLE("MemWriteOnExecutablePage");

    private final String original;

    SnapshotFault(String original) {
        this.original = original;
    }

    /** Returns the name that CKB-VM has for it. */
    String original() {
        return original;
    }
}
