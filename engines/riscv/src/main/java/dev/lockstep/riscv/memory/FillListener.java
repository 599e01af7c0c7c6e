package dev.lockstep.riscv.memory;

/** Learns where the content of guest memory came from. */
@FunctionalInterface
public interface FillListener {
    /**
     * Tells that memory was filled from a file; it need not have been with all of that, and may
     * have changed since.
     *
     * @param address any
     * @param length bytes
     * @param offset of the first byte in the file
     */
    void filled(long address, long length, PageSource source, long offset);
}
