package dev.lockstep.server.run;

/** How a run came out. */
public enum Verdict {
    /** Everything compared was equal, up to the same end. */
    MATCH(0),
    /** The sides differ. */
    DIVERGED(1),
    /** They differed for a while; the last records and the final state agree. */
    RECOVERED(3),
    /** Nothing was compared. */
    VACUOUS(4),
    /** The run ended before its guests did. */
    INCOMPLETE(5);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Returns the status with which a command that reports this verdict exits. */
    public int exitCode() {
        return exitCode;
    }
}
