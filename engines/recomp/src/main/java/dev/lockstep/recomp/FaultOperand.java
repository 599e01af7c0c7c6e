package dev.lockstep.recomp;

/** What a {@link FaultKind} has to be told beside its place. */
enum FaultOperand {
    NONE,

    /** Some bits. */
    MASK,

    /** A register other than x0. */
    REGISTER
}
