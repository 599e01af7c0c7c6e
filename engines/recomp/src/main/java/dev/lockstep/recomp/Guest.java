package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/**
 * What the code made for one guest is bound to. Every class made is given this as its class data
 * and keeps the parts in static finals, which the JVM compiles into its machine code.
 */
final class Guest {
    final Hart hart;
    final long[] x;
    final long[] f;
    final GuestMemory memory;

    /** Where records go, or null in a free run. */
    final @Nullable RecordBatch records;

    private @Nullable CompiledCode defined;

    Guest(Hart hart, GuestMemory memory, @Nullable RecordBatch records) {
        this.hart = hart;
        x = hart.x;
        f = hart.f;
        this.memory = memory;
        this.records = records;
    }

    boolean isRecorded() {
        return records != null;
    }

    boolean hasRoomForRecord() {
        return records == null || records.hasRoom();
    }

    /** Called by the initializer of a class just made. */
    void accept(CompiledCode code) {
        defined = code;
    }

    /** Returns what {@link #accept} was given, once. */
    CompiledCode takeDefined() {
        CompiledCode code = defined;
        if (code == null) {
            throw new IllegalStateException("compiled class: none (expected: initialized)");
        }
        defined = null;
        return code;
    }
}
