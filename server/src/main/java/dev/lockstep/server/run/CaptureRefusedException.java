package dev.lockstep.server.run;

/** No states can be taken of a run; the message says why. */
public final class CaptureRefusedException extends ConfigException {
    /** Why not. */
    public enum Reason {
        /** The run is not in progress, or cannot tell such a state. */
        CANNOT,
        /** As many as may be are being taken. */
        TOO_MANY
    }

    private final Reason reason;

    CaptureRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
