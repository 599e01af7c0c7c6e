package dev.lockstep.server.snapshot;

/** Content as the database has it. */
final class Packed {
    private final boolean isCompressed;
    private final byte[] data;

    /**
     * Creates one.
     *
     * @param isCompressed whether {@code data} is the content as zstd makes it
     * @param data not to be changed
     */
    Packed(boolean isCompressed, byte[] data) {
        this.isCompressed = isCompressed;
        this.data = data;
    }

    boolean isCompressed() {
        return isCompressed;
    }

    byte[] data() {
        return data;
    }
}
