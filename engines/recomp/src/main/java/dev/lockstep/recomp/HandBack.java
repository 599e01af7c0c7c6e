package dev.lockstep.recomp;

import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.TrapCause;

/**
 * Leaves a block in its middle, with the steps before as the open record.
 *
 * <p>A position is an int: in the high half the steps of the block before the instruction, in the
 * low half the instruction's distance from the block's pc in bytes.
 */
final class HandBack {
    private static final int STEPS_SHIFT = 16;

    private HandBack() {}

    static int position(int steps, long distance) {
        return (steps << STEPS_SHIFT) | (int) distance;
    }

    static int trap(GuestTrap trap, Hart hart, long pc, int position, long digest) {
        hart.trapCause = trap.cause();
        hart.trapValue = trap.value();
        open(hart, pc, position, digest);
        return trap.cause() == TrapCause.TIME_READ ? Exit.TIME : Exit.TRAP;
    }

    static int ecall(Hart hart, long pc, int position, long digest) {
        open(hart, pc, position, digest);
        return Exit.ECALL;
    }

    /** Returns the trap to throw, so that the compiled code need not construct it. */
    static GuestTrap raise(int cause, long value) {
        return new GuestTrap(cause, value);
    }

    private static void open(Hart hart, long pc, int position, long digest) {
        int steps = position >>> STEPS_SHIFT;
        hart.pc = pc + (position & 0xFFFF);
        hart.steps += steps;
        hart.openSteps = steps;
        hart.openDigest = digest;
        // Only a block's last instruction can turn, and then the block has ended.
        hart.openTurns = 0;
    }
}
