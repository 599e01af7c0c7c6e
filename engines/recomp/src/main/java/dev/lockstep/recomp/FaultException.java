package dev.lockstep.recomp;

/** The fault asked for cannot be done at the place where it is to be done. */
final class FaultException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FaultException(String message) {
        super(message);
    }
}
