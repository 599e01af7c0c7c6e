package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;

/** The way out of a trace through a jump to a register. */
abstract class IndirectExit {
    private final Row jump;
    private final int blocks;

    IndirectExit(Row jump, int blocks) {
        this.jump = jump;
        this.blocks = blocks;
    }

    /** Counts and reports what was executed and returns where execution goes on. */
    abstract Entry leave(Core core, long digest, long target);

    final Entry count(Core core, long target) {
        core.credit -= jump.index + 1;
        core.blocks += blocks;
        return core.entries.at(target);
    }

    /** That of a free run. */
    static final class Free extends IndirectExit {
        Free(Row jump, int blocks) {
            super(jump, blocks);
        }

        @Override
        Entry leave(Core core, long digest, long target) {
            return count(core, target);
        }
    }

    /** With a digest that goes on. */
    static final class Digesting extends IndirectExit {
        private final long sum;
        private final long weight;
        private final long factor;

        /**
         * @param known what is known behind the jump, but for where it leads
         */
        Digesting(Row jump, Known known, int blocks) {
            super(jump, blocks);
            sum = known.sum();
            weight = Digest.constant(jump.pc, Digest.TRANSFER) * known.inverse();
            factor = known.turned().factor();
        }

        @Override
        Entry leave(Core core, long digest, long target) {
            core.digest = (digest + sum + Digest.mix(target) * weight) * factor;
            return count(core, target);
        }
    }

    /** With a record for the block it ends. */
    static final class Recording extends IndirectExit {
        private final int steps;
        private final long sum;
        private final long weight;

        Recording(Row jump, Known known, int blocks) {
            super(jump, blocks);
            steps = jump.ordinal + 1;
            sum = known.sum();
            weight = Digest.constant(jump.pc, Digest.TRANSFER);
        }

        @Override
        Entry leave(Core core, long digest, long target) {
            long effects = digest + sum + Digest.mix(target) * weight;
            core.record(target, effects * Digest.TURN, steps, 1);
            core.digest = 0;
            return count(core, target);
        }
    }
}
