package dev.lockstep.sdk;

import java.util.List;

/**
 * The answer to an {@link InputCall}.
 *
 * @param value what the result register receives
 * @param writes what guest memory receives, in order; of any length, so it may come into being
 *     while it is traversed
 */
public record InputAnswer(long value, Iterable<Write> writes) {
    /** Returns an answer that writes no memory. */
    public static InputAnswer of(long value) {
        return new InputAnswer(value, List.of());
    }

    /**
     * Bytes for guest memory.
     *
     * @param address guest address of the first byte
     * @param data the bytes; not copied, not to be changed
     */
    @SuppressWarnings(
            "ArrayRecordComponent") // Identity is enough: writes are applied, never compared.
    public record Write(long address, byte[] data) {}
}
