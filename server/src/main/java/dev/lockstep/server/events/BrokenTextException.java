package dev.lockstep.server.events;

import java.io.IOException;

/** The text goes no further, though it should; {@link LogLines} makes a {@link TextEnd} of it. */
final class BrokenTextException extends IOException {
    private final boolean damaged;

    private BrokenTextException(String reason, boolean damaged) {
        super(reason);
        this.damaged = damaged;
    }

    static BrokenTextException cut(String reason) {
        return new BrokenTextException(reason, false);
    }

    static BrokenTextException damaged(String reason) {
        return new BrokenTextException(reason, true);
    }

    TextEnd at(long line, long offset) {
        String reason = String.valueOf(getMessage());
        return damaged
                ? new TextEnd.Damaged(reason, line, offset)
                : new TextEnd.Cut(reason, line, offset);
    }
}
