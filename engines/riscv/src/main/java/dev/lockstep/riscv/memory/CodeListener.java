package dev.lockstep.riscv.memory;

/** Learns that guest code it derived something from is no longer what it was. */
@FunctionalInterface
public interface CodeListener {
    /**
     * Tells that {@code [address, address + length)}, always whole pages, may have changed, or may
     * no longer be executable. These pages are not watched any more.
     */
    void codeWritten(long address, long length);

    /** Returns a listener that tells both, even if the first throws. */
    default CodeListener andThen(CodeListener other) {
        return (address, length) -> {
            try {
                codeWritten(address, length);
            } finally {
                other.codeWritten(address, length);
            }
        };
    }
}
