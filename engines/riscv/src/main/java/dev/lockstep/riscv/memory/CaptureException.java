package dev.lockstep.riscv.memory;

/** Memory cannot be captured, or what was captured is no longer held; the message says why. */
public final class CaptureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CaptureException(String message) {
        super(message);
    }
}
