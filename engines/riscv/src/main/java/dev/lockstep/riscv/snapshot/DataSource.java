package dev.lockstep.riscv.snapshot;

import java.util.Optional;

/** Data that never change, by number. */
@FunctionalInterface
interface DataSource {
    /**
     * What there is.
     *
     * @param bytes at most as many as were asked for
     * @param fullLength how many bytes there are from the offset on
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Data(byte[] bytes, long fullLength) {}

    /**
     * Returns a part of the data with a number; nothing if there are no such data.
     *
     * @param offset unsigned; behind the end there are no bytes
     * @param length unsigned; 0 for all from the offset on
     */
    Optional<Data> load(int id, long offset, long length);

    /**
     * Returns the same as {@link #load}.
     *
     * @throws SnapshotException if there are no such data
     */
    default Data loadOrThrow(int id, long offset, long length) {
        return load(id, offset, length)
                .orElseThrow(() ->
                        new SnapshotException(
                                SnapshotFault.DATA_LOAD,
                                "source " + id + " (expected: a known one)"));
    }
}
