package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/** Accrued exception flags ("F" extension, "Floating-Point Control and Status Register"). */
final class Flags {
    static final int INEXACT = 1;
    static final int UNDERFLOW = 2;
    static final int OVERFLOW = 4;
    static final int DIVIDE_BY_ZERO = 8;
    static final int INVALID = 16;

    private Flags() {}

    /**
     * Returns whether a computation of the host raises nothing new if all it may raise is inexact.
     */
    static boolean canOnlyRepeat(int mode, Hart hart) {
        return mode == Rounding.NEAREST_EVEN && (hart.fflags & INEXACT) != 0;
    }

    static void accrueInexact(boolean inexact, Hart hart) {
        if (inexact) {
            hart.fflags |= INEXACT;
        }
    }
}
