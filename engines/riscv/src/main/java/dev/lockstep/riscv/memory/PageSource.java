package dev.lockstep.riscv.memory;

/**
 * A file that guest memory is filled from. It may change, or go: what was read of it must be
 * checked. May be asked by any thread.
 */
public interface PageSource {
    /** Returns where it was found, for people. */
    String name();

    /** Returns something that is equal as long as the file is as it was, as far as one can tell. */
    Object version();

    /** Returns the length, bytes. */
    long lengthBytes();

    /**
     * Fills {@code bytes} with what the file has from an offset on, and with zeros after its end.
     *
     * @return false if it cannot be read
     */
    boolean read(long offset, byte[] bytes);
}
