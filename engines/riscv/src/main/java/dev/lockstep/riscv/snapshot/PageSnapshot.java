package dev.lockstep.riscv.snapshot;

import com.google.protobuf.ByteString;

import java.util.List;

/**
 * A state whose pages are its own, or those of a source.
 *
 * @param version of the machine
 * @param sourced pages that have what their source has: ascending, disjoint, as long as can be
 * @param dirty all others that were written, and when checked those that have flags: likewise
 */
record PageSnapshot(int version, List<Sourced> sourced, List<Dirty> dirty, CoreState core) {
    /**
     * Pages of a source.
     *
     * @param sha256 of their content; empty in {@link SnapshotProfile#COMPATIBLE}
     */
    record Sourced(PageRun<Integer> pages, ByteString sha256) {}

    /** Pages that are kept as they are. */
    record Dirty(long address, int flags, ByteString content) {}
}
