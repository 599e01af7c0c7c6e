package dev.lockstep.riscv.memory;

/** The host has no address space left for this process; the message says what to do. */
final class NoAddressSpaceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    NoAddressSpaceException(long sizeBytes) {
        super(
                "cannot reserve %d bytes of address space for the guest; raise the limit (ulimit -v) or choose a smaller memory"
                        .formatted(sizeBytes));
    }
}
