package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;

/** The end of a guest block, as its record tells it. */
final class End {
    /** Where the block leads. */
    final long pc;

    /** Steps of the block. */
    final int steps;

    /** What the transfer adds to the digest. */
    final long effect;

    final int turns;

    private End(long pc, int steps, long effect, int turns) {
        this.pc = pc;
        this.steps = steps;
        this.effect = effect;
        this.turns = turns;
    }

    /** The end of the block whose last instruction is {@code last}, without a transfer. */
    static End fallThrough(Row last) {
        return new End(last.link, last.ordinal + 1, 0, 0);
    }

    /** The same where the direct branch or jump is taken. */
    static End transfer(Row last) {
        long target = last.pc + last.instruction.imm();
        long effect = Digest.mix(target) * Digest.constant(last.pc, Digest.TRANSFER);
        int turns = Digest.turns(false, last.pc, target) ? 1 : 0;
        return new End(target, last.ordinal + 1, effect, turns);
    }
}
