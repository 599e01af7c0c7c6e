package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ErrorCode;

/**
 * An engine broke the contract of docs/protocol.md; its connection is to be closed with an Error.
 */
public final class ProtocolException extends Exception {
    private final ErrorCode code;
    private final String text;

    /** Creates an exception; of a long text, it keeps the beginning. */
    public ProtocolException(ErrorCode code, String text) {
        super(Excerpt.ofText(text));
        this.code = code;
        this.text = Excerpt.ofText(text);
    }

    /**
     * Returns an exception for something that is no frame of the protocol, or one at the wrong
     * time.
     */
    public static ProtocolException badFrame(String text) {
        return new ProtocolException(ErrorCode.ERROR_CODE_BAD_FRAME, text);
    }

    /** Returns what the Error frame says to people, which is also the message. */
    public String text() {
        return text;
    }

    /** Returns what the Error frame says to a machine. */
    public ErrorCode code() {
        return code;
    }
}
