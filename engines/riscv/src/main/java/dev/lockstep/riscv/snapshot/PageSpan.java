package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

/** The numbers of the first and the last page that a range of bytes touches. */
record PageSpan(long first, long last) {
    /**
     * @param address unsigned
     * @param length unsigned, not 0
     * @throws SnapshotException if the range ends after the last address there is
     */
    static PageSpan of(long address, long length) {
        long last = address + (length - 1);
        if (Long.compareUnsigned(last, address) < 0) {
            throw new SnapshotException(
                    SnapshotFault.OUT_OF_BOUND,
                    "range at 0x%x of 0x%x bytes (expected: an end below 2^64)"
                            .formatted(address, length));
        }
        return new PageSpan(
                Long.divideUnsigned(address, PAGE_BYTES), Long.divideUnsigned(last, PAGE_BYTES));
    }
}
