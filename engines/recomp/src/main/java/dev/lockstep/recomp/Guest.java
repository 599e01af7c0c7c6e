package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.MemoryWindow;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/** What the code made for one guest works on. */
final class Guest {
    final Hart hart;
    final GuestMemory memory;
    final MemoryWindow window;

    /** Where records go, or null in a free run. */
    final @Nullable RecordBatch records;

    final CodeCache<Region> regions;

    /** What regions may still execute, see {@link Credit}; a region keeps it while it runs. */
    long credit;

    Guest(Hart hart, GuestMemory memory, @Nullable RecordBatch records, int capacityRegions) {
        this.hart = hart;
        this.memory = memory;
        this.records = records;
        window = memory.window();
        regions = new CodeCache<>(capacityRegions);
    }

    boolean isRecorded() {
        return records != null;
    }

    boolean hasRoomForRecord() {
        return records == null || records.hasRoom();
    }
}
