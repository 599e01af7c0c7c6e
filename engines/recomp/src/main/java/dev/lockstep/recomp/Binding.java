package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.MemoryWindow;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The class data of one compiled class: what its code is bound to. The class keeps it in static
 * finals, which the JVM compiles into its machine code, and its initializer gives back the only
 * instance.
 */
final class Binding {
    final Guest guest;
    final Hart hart;
    final long[] x;
    final long[] f;
    final GuestMemory memory;
    final MemoryWindow window;
    final @Nullable RecordBatch records;
    final byte[] flags;
    final Object host = HostMemory.receiver();
    final TrapSites traps = new TrapSites();
    private final List<CallSite> calls = new ArrayList<>();
    private @Nullable Object defined;

    Binding(Guest guest) {
        this.guest = guest;
        hart = guest.hart;
        x = hart.x;
        f = hart.f;
        memory = guest.memory;
        window = guest.window;
        records = guest.records;
        flags = window.flags();
    }

    /** Adds a call site and returns its number. */
    int addCall() {
        calls.add(new CallSite(guest.regions));
        return calls.size() - 1;
    }

    int callCount() {
        return calls.size();
    }

    /** Called by the initializer of the class, as is {@link #accept}. */
    CallSite call(int number) {
        return calls.get(number);
    }

    void accept(Object code) {
        defined = code;
    }

    /** Returns what {@link #accept} was given. */
    Object defined() {
        if (defined == null) {
            throw new IllegalStateException("compiled class: none (expected: initialized)");
        }
        return defined;
    }
}
