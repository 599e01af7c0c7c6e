package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Recording.Effects;

/** The way out of a trace through a jump to a register. */
class IndirectExit {
    private final int steps;
    private final int blocks;
    private final long sum;
    private final long weight;
    private final long factor;

    /**
     * @param known what is known behind the jump, but for where it leads
     */
    IndirectExit(Row jump, Known known, Effects effects, int blocks) {
        boolean counts = effects != Effects.NONE;
        steps = jump.index + 1;
        this.blocks = blocks;
        sum = known.sum();
        weight = counts ? Digest.constant(jump.pc, Digest.TRANSFER) * known.inverse() : 0;
        factor = counts ? known.turned().factor() : known.factor();
    }

    /** Counts what was executed and returns where execution goes on, at {@code target}. */
    Entry leave(Core core, long digest, long target) {
        core.digest = (digest + sum + Digest.mix(target) * weight) * factor;
        core.credit -= steps;
        core.blocks += blocks;
        return core.entries.at(target);
    }
}
