package dev.lockstep.interp;

import org.jspecify.annotations.Nullable;

/** A way out of a trace to a place that is known. */
final class Exit {
    private final Entry target;
    private final @Nullable End end;

    /** Steps and blocks of the trace on this way. */
    private final int steps;

    private final int blocks;

    Exit(Entry target, @Nullable End end, int steps, int blocks) {
        this.target = target;
        this.end = end;
        this.steps = steps;
        this.blocks = blocks;
    }

    /** Counts what was executed and returns where execution goes on. */
    Entry leave(Core core) {
        core.credit -= steps;
        core.blocks += blocks;
        return target;
    }

    /** The same with a record for the last block. */
    Entry record(Core core) {
        if (end != null) {
            core.record(end);
        }
        return leave(core);
    }
}
