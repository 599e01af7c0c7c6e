package dev.lockstep.gdb;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A stub does not do what is needed of it, or is gone; the message is for the user. */
final class StubException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    StubException(String message) {
        super(message, new IOException(message));
    }
}
