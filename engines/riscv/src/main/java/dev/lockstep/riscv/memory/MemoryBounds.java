package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.MAX_SIZE_BYTES;
import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.memory.GuestMemory.PAGE_SHIFT;

/** How far guest memory reaches: {@code [0, sizeBytes)}. */
record MemoryBounds(long sizeBytes) {
    MemoryBounds {
        if (sizeBytes <= 0 || sizeBytes > MAX_SIZE_BYTES || sizeBytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    "sizeBytes: "
                            + sizeBytes
                            + " (expected: a multiple of 4096, at most 4294967296)");
        }
    }

    int pageCount() {
        return (int) (sizeBytes >>> PAGE_SHIFT);
    }

    /** Returns whether a range lies inside and does not wrap. */
    boolean hasInside(long address, long length) {
        return length >= 0
                && Long.compareUnsigned(address, sizeBytes) <= 0
                && length <= sizeBytes - address;
    }

    /** Throws if a range is not whole pages inside. */
    void checkPages(long address, long length) {
        if (!hasInside(address, length) || (address | length) % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    text(address, length)
                            + " (expected: whole pages below 0x"
                            + Long.toHexString(sizeBytes)
                            + ")");
        }
    }

    /** Returns the number of the page after a range. */
    static int pageAfter(long address, long length) {
        return (int) ((address + length + PAGE_BYTES - 1) >>> PAGE_SHIFT);
    }

    /** Returns a range as messages have it. */
    static String text(long address, long length) {
        return "range 0x%x of 0x%x bytes".formatted(address, length);
    }
}
