package dev.lockstep.conformance;

/**
 * Where things are in the guest. Sequences begin at every offset from a boundary of blocks, and
 * some cross pages.
 *
 * <pre>
 * | driver | sequence | sequence | ... | scratch | MIDDLE: scratch | cells | ... | record | record | ...
 * </pre>
 */
final class Layout {
    static final long CODE = 0x10000;

    static final long SEQUENCES = 0x11000;
    static final int SEQUENCE_BYTES = 502;
    static final int MAX_SEQUENCES = 640;

    /** The middle of the memory that sequences work on: a page begins here. */
    static final long MIDDLE = 0x80000;

    static final int SCRATCH_BYTES = 512;
    static final int HALF_SCRATCH = SCRATCH_BYTES / 2;

    /** Cells of the driver, from {@link #MIDDLE}. */
    static final int SAVED_X1 = 1024;

    static final int SAVE_ROUTINE = 1032;
    static final int CURRENT_RECORD = 1040;
    static final int END_OF_RECORDS = 1048;
    static final int UNRESERVED = 1056;

    static final long RECORDS = 0x100000;
    static final long SIZE_BYTES = 32 << 20;

    private Layout() {}

    /** Returns where the sequence with this number begins. */
    static long entry(long sequence) {
        return SEQUENCES + sequence % MAX_SEQUENCES * SEQUENCE_BYTES;
    }
}
