package dev.lockstep.server.diff.state;

import dev.lockstep.server.run.ConfigException;

/** Two states take more room to compare than there is. */
public final class StateLimitException extends ConfigException {
    private static final long serialVersionUID = 1;

    StateLimitException(String message, Throwable cause) {
        super(message, cause);
    }
}
