package dev.lockstep.riscv;

/**
 * Is told before the machine enters a call of its host that may take long, such as a read or a
 * sleep.
 */
@FunctionalInterface
public interface HostCallListener {
    /** Ignores every call; for free runs. */
    HostCallListener NONE = number -> {};

    /** Is called with the guest's system call number. */
    void entered(long number);
}
