package dev.lockstep.protocol;

/**
 * Where the fields of one block record lie in {@code RecordBatch.records}.
 *
 * <pre>
 *   0                8                16       20       24
 *   | next_pc   u64  | digest    u64  | steps  | turns  |   little-endian
 * </pre>
 *
 * Only what is compared stands here, so equal bytes prove equal records.
 */
public final class RecordLayout {
    /** Address of the first instruction after the block. */
    public static final int NEXT_PC_OFFSET = 0;

    /** S of the block's digest, starting from 0. */
    public static final int DIGEST_OFFSET = NEXT_PC_OFFSET + Long.BYTES;

    /** Steps in the block, at least 1. */
    public static final int STEPS_OFFSET = DIGEST_OFFSET + Long.BYTES;

    /** Turns in the block. */
    public static final int TURNS_OFFSET = STEPS_OFFSET + Integer.BYTES;

    /** Bytes of one record. */
    public static final int SIZE_BYTES = TURNS_OFFSET + Integer.BYTES;

    private RecordLayout() {}
}
