package dev.lockstep.recomp;

/** Where regions are compiled. */
enum CompileMode {
    /** At once, by the thread that executes: what is executed when depends on counts alone. */
    SYNC,

    /** By a thread of its own, while the guest goes on. */
    ASYNC
}
