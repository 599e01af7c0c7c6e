package dev.lockstep.sdk;

/** Unwinds an engine whose run is over: the coordinator halted or refused it, or went away. */
public final class SessionEndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Who ended the session. */
    public enum Cause {
        /** The coordinator sent Halt: answer with {@link EngineSession#goodbye}. */
        HALTED,
        /** The coordinator sent Error and closed: this engine was refused or broke the protocol. */
        REFUSED,
        /** The connection broke without a word. */
        LOST
    }

    private final Cause reason;

    SessionEndedException(Cause reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Returns who ended the session. */
    public Cause reason() {
        return reason;
    }
}
