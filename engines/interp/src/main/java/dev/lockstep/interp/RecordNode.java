package dev.lockstep.interp;

import dev.lockstep.riscv.memory.GuestMemory;

/** Records the end of a block that can end in one way only. */
final class RecordNode extends Node {
    private final End end;

    RecordNode(End end) {
        this.end = end;
    }

    @Override
    Entry run(Core core, long[] r, GuestMemory memory) {
        core.record(end);
        return next.run(core, r, memory);
    }
}
