package dev.lockstep.server.events;

import dev.lockstep.server.run.ConfigException;

/** A packed log has more text than there is room for. */
public final class TextLimitException extends ConfigException {
    TextLimitException(String message) {
        super(message);
    }
}
