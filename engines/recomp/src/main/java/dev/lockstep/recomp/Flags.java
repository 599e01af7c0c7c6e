package dev.lockstep.recomp;

/** Accrued exception flags ("F" extension, "Floating-Point Control and Status Register"). */
final class Flags {
    static final int INEXACT = 1;
    static final int UNDERFLOW = 2;
    static final int OVERFLOW = 4;
    static final int DIVIDE_BY_ZERO = 8;
    static final int INVALID = 16;

    private Flags() {}
}
