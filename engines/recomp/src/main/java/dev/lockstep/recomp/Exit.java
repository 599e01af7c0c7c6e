package dev.lockstep.recomp;

/** How compiled code ends: on to a successor, or back to the run loop. */
final class Exit {
    /** On at {@code hart.pc}, by falling through. */
    static final int NEXT = 0;

    /** On at {@code hart.pc}, by a taken transfer. */
    static final int TAKEN = 1;

    /** At a block end, without room for another record. */
    static final int RECORDS_FULL = 2;

    /** At an ecall, handed back. */
    static final int ECALL = 3;

    /** At a trap, handed back. */
    static final int TRAP = 4;

    /** At a read of the CSR time, handed back. */
    static final int TIME = 5;

    /** Before an instruction in the middle of a block, which {@code hart.openSteps} went before. */
    static final int INTERRUPTED = 6;

    private Exit() {}
}
