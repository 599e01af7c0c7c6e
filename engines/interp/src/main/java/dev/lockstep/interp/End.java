package dev.lockstep.interp;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Recording.Effects;

/** The end of a guest block, as its record tells it. */
final class End {
    /** Where the block leads. */
    final long pc;

    /** Steps of the block. */
    final int steps;

    final int turns;

    /** What is known of the digest behind it. */
    final Known known;

    private End(long pc, int steps, int turns, Known known) {
        this.pc = pc;
        this.steps = steps;
        this.turns = turns;
        this.known = known;
    }

    /** The end of the block whose last instruction is {@code last}, without a transfer. */
    static End fallThrough(Row last, Known known) {
        return new End(last.link, last.ordinal + 1, 0, known);
    }

    /** The same where the direct branch or jump is taken. */
    static End transfer(Row last, Known known, Effects effects) {
        long target = last.pc + last.instruction.imm();
        boolean turns = Digest.turns(false, last.pc, target);
        Known after = effects == Effects.NONE ? known : known.afterTransfer(last.pc, target, turns);
        return new End(target, last.ordinal + 1, turns ? 1 : 0, after);
    }
}
