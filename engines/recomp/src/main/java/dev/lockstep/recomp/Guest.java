package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.MemoryWindow;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/** What the code made for one guest works on. */
final class Guest {
    final Hart hart;
    final GuestMemory memory;
    final MemoryWindow window;

    final Recording recording;

    /** Where records go, or null without them. */
    final @Nullable RecordBatch records;

    final CodeCache<Region> regions;

    /** What regions may still execute, see {@link Credit}; a region keeps it while it runs. */
    long credit;

    Guest(Hart hart, GuestMemory memory, Recording recording, int capacityRegions) {
        this.hart = hart;
        this.memory = memory;
        this.recording = recording;
        records = recording.batch();
        window = memory.window();
        regions = new CodeCache<>(capacityRegions);
    }

    /** Returns whether there is a record for each block. */
    boolean hasRecords() {
        return records != null;
    }

    boolean hasRoomForRecord() {
        return records == null || records.hasRoom();
    }
}
