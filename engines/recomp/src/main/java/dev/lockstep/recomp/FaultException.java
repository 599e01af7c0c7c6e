package dev.lockstep.recomp;

/** The fault asked for cannot be done at the place where it is to be done. */
final class FaultException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String text;

    FaultException(String message) {
        super(message);
        text = message;
    }

    @Override
    public String getMessage() {
        return text;
    }
}
