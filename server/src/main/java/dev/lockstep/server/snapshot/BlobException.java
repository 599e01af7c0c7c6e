package dev.lockstep.server.snapshot;

/** A blob that is not there or not what it was; who wanted it knows what of, and tells. */
final class BlobException extends RuntimeException {
    private final String reason;

    /**
     * Creates one.
     *
     * @param reason goes on after the name of what was wanted
     */
    BlobException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
