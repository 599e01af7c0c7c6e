package dev.lockstep.server.snapshot;

import dev.lockstep.server.run.ConfigException;

/** A snapshot that cannot be kept or read; the message says why, and what to do. */
public final class SnapshotException extends ConfigException {
    private final Fault fault;

    SnapshotException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    SnapshotException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** What is wrong. */
    public enum Fault {
        /** There is no such snapshot, or no such engine in it. */
        ABSENT,
        /** What was to be kept is not what it should be. Nothing of it is kept. */
        REFUSED,
        /** What was kept is not what was written. */
        DAMAGED
    }

    /** Returns what is wrong. */
    public Fault fault() {
        return fault;
    }

    static SnapshotException absent(long id) {
        return new SnapshotException(
                Fault.ABSENT,
                "snapshot %d: no such snapshot; 'lockstep snapshot list' shows those there are"
                        .formatted(id));
    }

    static SnapshotException refused(String message) {
        return new SnapshotException(Fault.REFUSED, message);
    }
}
