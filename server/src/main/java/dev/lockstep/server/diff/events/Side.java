package dev.lockstep.server.diff.events;

/** Whose log. */
public enum Side {
    /** That which is taken as right. */
    REFERENCE,
    /** That which is under test. */
    SUBJECT;

    /** Returns the other one. */
    public Side other() {
        return this == REFERENCE ? SUBJECT : REFERENCE;
    }
}
