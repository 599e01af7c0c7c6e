package dev.lockstep.riscv.linux;

/** Who decides the result of a system call (docs/syscalls.md). */
enum CallClass {
    /** A deterministic model, executed and compared on every side. */
    LOCAL,
    /** The world: the reference asks it, every subject is given the same answer. */
    INPUT,
    /** The address is computed locally, the bytes placed there are an input. */
    LOCAL_INPUT,
    /** Ends the guest. */
    END
}
