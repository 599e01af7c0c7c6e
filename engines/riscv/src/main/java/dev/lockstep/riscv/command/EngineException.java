package dev.lockstep.riscv.command;

/**
 * An engine cannot begin, or go on, for a reason that lies outside of it: a file, a peer. The
 * message says what, where, and what to do.
 */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
