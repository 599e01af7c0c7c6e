package dev.lockstep.server.capture;

import dev.lockstep.server.run.ConfigException;

/** A snapshot was ordered, and there is none; the message says why. */
public final class TakingFailedException extends ConfigException {
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** No run of that name is in progress. */
        NO_RUN,
        /** The run ended before, or an engine refused or was lost. */
        ABORTED
    }

    TakingFailedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
