package dev.lockstep.interp;

/** A way out of a trace to a place that is known. */
class Exit {
    private final Entry target;
    private final long sum;
    private final long factor;

    /** Steps and blocks of the trace on this way. */
    private final int steps;

    private final int blocks;

    Exit(Entry target, Known known, int steps, int blocks) {
        this.target = target;
        sum = known.sum();
        factor = known.factor();
        this.steps = steps;
        this.blocks = blocks;
    }

    /** Counts what was executed and returns where execution goes on. */
    Entry leave(Core core, long digest) {
        core.digest = (digest + sum) * factor;
        core.credit -= steps;
        core.blocks += blocks;
        return target;
    }
}
