package dev.lockstep.interp;

import dev.lockstep.riscv.memory.GuestMemory;

/** Records the end of a block inside a trace. */
final class RecordNode extends Node {
    private final End end;

    RecordNode(End end) {
        this.end = end;
    }

    @Override
    Entry run(Core core, long[] r, GuestMemory memory, long digest) {
        core.record(end, digest);
        return next.run(core, r, memory, 0);
    }
}
