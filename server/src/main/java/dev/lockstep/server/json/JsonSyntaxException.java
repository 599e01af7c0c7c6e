package dev.lockstep.server.json;

/** What was read is no JSON; the message says why and where. */
public final class JsonSyntaxException extends Exception {
    private final String reason;
    private final int column;

    JsonSyntaxException(String reason, int column) {
        super(reason + " at column " + column);
        this.reason = reason;
        this.column = column;
    }

    /** Returns what is wrong, in a few words, without the place. */
    public String reason() {
        return reason;
    }

    /** Returns the place in bytes from the start of what was read, the first being 1. */
    public int column() {
        return column;
    }
}
