package dev.lockstep.server.diff.state;

/** What comparing two states comes to. */
public enum StateVerdict {
    /** Everything compared is equal. */
    MATCH(0),
    /** The states differ. */
    DIVERGED(1),
    /** There is no document on either side. */
    VACUOUS(4),
    /** What must hold does not: the differences cannot be interpreted. */
    STOP(6);

    private final int exitCode;

    StateVerdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Returns the status with which a command that reports this verdict exits. */
    public int exitCode() {
        return exitCode;
    }
}
