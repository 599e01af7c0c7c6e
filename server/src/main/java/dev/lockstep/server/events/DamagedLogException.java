package dev.lockstep.server.events;

import java.io.IOException;

/** A log that was kept is not what was written, or no more all of it. */
public final class DamagedLogException extends IOException {
    public DamagedLogException(String message) {
        super(message);
    }
}
