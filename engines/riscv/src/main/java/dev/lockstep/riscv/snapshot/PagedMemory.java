package dev.lockstep.riscv.snapshot;

/**
 * Memory in pages of 4096 bytes with a byte of flags each, as snapshots see it. Numbers are
 * unsigned. What is beyond the memory throws {@link SnapshotException} with {@link
 * SnapshotFault#OUT_OF_BOUND}.
 */
interface PagedMemory {
    int FREEZED = 1;

    /** The page may be executed, and not written; without it, the other way round. */
    int EXECUTABLE = 1 << 1;

    /** The page was written. */
    int DIRTY = 1 << 2;

    long pageCount();

    int flags(long page);

    /** Adds flags to those that a page has. */
    void setFlags(long page, int flags);

    void clearFlags(long page, int flags);

    /**
     * Writes, and sets {@link #DIRTY} of the pages.
     *
     * @throws SnapshotException with {@link SnapshotFault#WRITE_ON_EXECUTABLE}, and nothing
     *     written, if one of them may be executed
     */
    void store(long address, byte[] bytes);

    /** Returns a copy of memory. */
    byte[] load(long address, int length);

    /** Clears content and flags of all pages, then runs what fills them; all or nothing of both. */
    void refill(Runnable filling);
}
