package dev.lockstep.riscv.snapshot;

/**
 * How a segment of a program was loaded. Numbers are unsigned.
 *
 * @param address of its first page
 * @param size bytes of its pages
 * @param flags of its pages
 * @param sourceStart offset in the source of what was loaded
 * @param sourceEnd offset in the source after that
 * @param offsetFromAddress where in the segment it lies
 */
record LoadingAction(
        long address,
        long size,
        int flags,
        long sourceStart,
        long sourceEnd,
        long offsetFromAddress) {

    /** Returns how many bytes were filled from the source. */
    long filledBytes() {
        long available = sourceEnd - sourceStart;
        long room = size - offsetFromAddress;
        return Long.compareUnsigned(available, room) < 0 ? available : room;
    }

    /**
     * @throws SnapshotException if what was loaded does not lie inside the segment, or that not
     *     inside 64 bits
     */
    void check() {
        boolean isInside =
                Long.compareUnsigned(offsetFromAddress, size) <= 0
                        && Long.compareUnsigned(sourceStart, sourceEnd) <= 0
                        && Long.compareUnsigned(address, address + size) <= 0;
        if (!isInside) {
            throw new SnapshotException(
                    SnapshotFault.OUT_OF_BOUND,
                    "segment at 0x%x of 0x%x bytes, filled from 0x%x on with 0x%x to 0x%x"
                                    .formatted(
                                            address,
                                            size,
                                            offsetFromAddress,
                                            sourceStart,
                                            sourceEnd)
                            + " of its source (expected: no more than the segment)");
        }
    }
}
