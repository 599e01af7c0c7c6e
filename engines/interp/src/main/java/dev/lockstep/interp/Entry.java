package dev.lockstep.interp;

import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

/**
 * An address that execution has come to or may come to, and what is known of the code there. Traces
 * are linked by their entries, so a link stays good when code changes.
 */
final class Entry {
    /** More steps than any credit: keeps what is not decoded from being executed. */
    private static final long UNKNOWN = Long.MAX_VALUE;

    final long pc;

    /** Steps and blocks of the trace that starts here. */
    long steps = UNKNOWN;

    int blocks;

    /** The trace that starts here, once this entry is hot. */
    @Nullable Node trace;

    /** The guest block that starts here, and the trace of it alone. */
    @Nullable GuestBlock source;

    @Nullable Node block;

    /** How often the block alone was executed, and how often it did not just fall through. */
    int executions;

    int transfers;

    Entry(long pc) {
        this.pc = pc;
    }

    void setTrace(Node trace, int steps, int blocks) {
        this.trace = trace;
        this.steps = steps;
        this.blocks = blocks;
    }

    /** Forgets the code, which may have changed. */
    void forget() {
        steps = UNKNOWN;
        trace = null;
        source = null;
        block = null;
        executions = 0;
        transfers = 0;
    }
}
