package dev.lockstep.sdk;

import java.io.IOException;

/** What came is no frame of this protocol, so another connection would bring no better. */
final class BadFrameException extends IOException {
    private static final long serialVersionUID = 1;

    BadFrameException(String message) {
        super(message);
    }
}
