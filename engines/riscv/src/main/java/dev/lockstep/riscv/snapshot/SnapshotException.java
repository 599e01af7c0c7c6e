package dev.lockstep.riscv.snapshot;

/** A snapshot cannot be resumed, or an operation on its pages not be done. */
final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final SnapshotFault fault;

    /**
     * @param problem what it was, with its value, and what was expected
     */
    SnapshotException(SnapshotFault fault, String problem) {
        super(fault.original() + ": " + problem);
        this.fault = fault;
    }

    SnapshotFault fault() {
        return fault;
    }
}
