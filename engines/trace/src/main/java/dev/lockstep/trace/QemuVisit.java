package dev.lockstep.trace;

/**
 * That QEMU came to one of its blocks, and how it left it.
 *
 * @param lineNumber of the log
 * @param block the instructions from there on
 * @param status exit status, or number of a signal
 * @param nextPc where the next block begins; 0 if there is none
 */
record QemuVisit(long lineNumber, QemuBlock block, Leaving leaving, int status, long nextPc) {
    /** How a block was left. */
    enum Leaving {
        /** To the next one. */
        GOES_ON,
        /** To the handler of a signal. */
        HANDLED,
        /** By a call that ended the guest. */
        EXITED,
        /** By a signal that ended the guest. */
        SIGNALED,
        /** Nobody knows: the log ends there. */
        UNTOLD
    }
}
