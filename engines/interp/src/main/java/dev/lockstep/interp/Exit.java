package dev.lockstep.interp;

/** A way out of a trace to a place that is known. */
abstract class Exit {
    private final Entry target;

    /** Steps and blocks of the trace on this way. */
    private final int steps;

    private final int blocks;

    Exit(Entry target, int steps, int blocks) {
        this.target = target;
        this.steps = steps;
        this.blocks = blocks;
    }

    /** Counts and reports what was executed and returns where execution goes on. */
    abstract Entry leave(Core core, long digest);

    final Entry count(Core core) {
        core.credit -= steps;
        core.blocks += blocks;
        return target;
    }

    /** That of a free run. */
    static final class Free extends Exit {
        Free(Entry target, int steps, int blocks) {
            super(target, steps, blocks);
        }

        @Override
        Entry leave(Core core, long digest) {
            return count(core);
        }
    }

    /** With a digest that goes on. */
    static final class Digesting extends Exit {
        private final long sum;
        private final long factor;

        Digesting(Entry target, Known known, int steps, int blocks) {
            super(target, steps, blocks);
            sum = known.sum();
            factor = known.factor();
        }

        @Override
        Entry leave(Core core, long digest) {
            core.digest = (digest + sum) * factor;
            return count(core);
        }
    }

    /** With a record for the block it ends. */
    static final class Recording extends Exit {
        private final End end;

        Recording(Entry target, End end, int steps, int blocks) {
            super(target, steps, blocks);
            this.end = end;
        }

        @Override
        Entry leave(Core core, long digest) {
            core.record(end, digest);
            core.digest = 0;
            return count(core);
        }
    }
}
