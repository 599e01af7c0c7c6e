package dev.lockstep.interp;

import dev.lockstep.riscv.Recording.Effects;

/** A jump to a register that records the block it ends. */
final class RecordingIndirectExit extends IndirectExit {
    private final int blockSteps;

    RecordingIndirectExit(Row jump, Known known, Effects effects, int blocks) {
        super(jump, known, effects, blocks);
        blockSteps = jump.ordinal + 1;
    }

    @Override
    Entry leave(Core core, long digest, long target) {
        Entry entry = super.leave(core, digest, target);
        core.record(target, core.digest, blockSteps, 1);
        core.digest = 0;
        return entry;
    }
}
