package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.MemoryWindow;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** What the code made for one guest works on. */
final class Guest {
    final Hart hart;
    final GuestMemory memory;
    final MemoryWindow window;

    final Recording recording;

    /** Where records go, or null without them. */
    final @Nullable RecordBatch records;

    final CodeCache<Region> regions;

    /** What regions do wrong on purpose, or null. */
    private final @Nullable RegionFault fault;

    /** Whether the guest executes, and is not being changed from outside. */
    boolean isExecuting;

    /** Steps that regions were given when the first of them was entered. */
    long granted;

    /** What regions may still execute, see {@link Credit}; a region keeps it while it runs. */
    long credit;

    Guest(
            Hart hart,
            GuestMemory memory,
            Recording recording,
            int capacityRegions,
            @Nullable RegionFault fault) {
        this.fault = fault;
        this.hart = hart;
        this.memory = memory;
        this.recording = recording;
        records = recording.batch();
        window = memory.window();
        regions = new CodeCache<>(capacityRegions);
    }

    /** Returns whether one of these is where a region is to go wrong. */
    boolean isFaulty(List<RegionNode> nodes) {
        return fault != null && nodes.stream().anyMatch(fault::isAt);
    }

    /** Returns what is to go wrong; there is something. */
    RegionFault fault() {
        return Objects.requireNonNull(fault);
    }

    /**
     * Returns whether nobody is to be told of a store to the page at an address.
     *
     * @param executed whether code of that page was executed since the last such store
     */
    boolean missesChange(long address, boolean executed) {
        return fault != null && fault.misses(address, executed, this);
    }

    /** Keeps how far the guest is on its way to what is to go wrong. */
    Runnable faultCheckpoint() {
        return fault == null ? () -> {} : fault.checkpoint();
    }

    /** Returns whether there is a record for each block. */
    boolean hasRecords() {
        return records != null;
    }

    boolean hasRoomForRecord() {
        return records == null || records.hasRoom();
    }
}
