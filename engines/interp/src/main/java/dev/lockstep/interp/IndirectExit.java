package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;

/** The way out of a trace through a jump to a register. */
final class IndirectExit {
    private final Row jump;
    private final int blocks;
    private final long transferWeight;

    IndirectExit(Row jump, int blocks) {
        this.jump = jump;
        this.blocks = blocks;
        transferWeight = Digest.constant(jump.pc, Digest.TRANSFER);
    }

    /** Counts what was executed and returns where execution goes on, at {@code target}. */
    Entry leave(Core core, long target) {
        core.credit -= jump.index + 1;
        core.blocks += blocks;
        return core.entries.at(target);
    }

    /** The same with a record for the last block. */
    Entry record(Core core, long target) {
        long sum = core.digest + Digest.mix(target) * transferWeight;
        core.record(target, sum * Digest.TURN, jump.ordinal + 1, 1);
        return leave(core, target);
    }
}
