package dev.lockstep.server.run;

/** A run cannot be created, though nothing is wrong with its description. */
public final class RunRefusedException extends ConfigException {
    /** Why not. */
    public enum Reason {
        /** A run of this name is in progress. */
        NAME_TAKEN,
        /** As many runs are in progress as the coordinator takes. */
        TOO_MANY,
        /** The coordinator takes no runs, or no more. */
        CLOSED
    }

    private final Reason reason;

    RunRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
