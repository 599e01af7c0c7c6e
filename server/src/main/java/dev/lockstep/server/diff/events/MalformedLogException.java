package dev.lockstep.server.diff.events;

import dev.lockstep.server.run.ConfigException;

/** A file is no event log; the message says where and why. */
public final class MalformedLogException extends ConfigException {
    MalformedLogException(String message) {
        super(message);
    }
}
