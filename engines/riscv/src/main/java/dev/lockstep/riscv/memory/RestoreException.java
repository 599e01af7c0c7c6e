package dev.lockstep.riscv.memory;

/** What was given as a captured memory cannot be one; the message says what, where, and why. */
public final class RestoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RestoreException(String message) {
        super(message);
    }
}
