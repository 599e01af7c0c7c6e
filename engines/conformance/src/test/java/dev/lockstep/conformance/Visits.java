package dev.lockstep.conformance;

/** How often each instruction of the sequences was executed, and how often left by a transfer. */
final class Visits {
    private static final int PARCELS = Layout.MAX_SEQUENCES * Layout.SEQUENCE_BYTES / Short.BYTES;

    private final int[] executed = new int[PARCELS];
    private final int[] left = new int[PARCELS];
    private long sequenceBlocks;
    private long driverBlocks;

    static boolean covers(long pc) {
        return pc >= Layout.SEQUENCES && pc < Layout.SEQUENCES + (long) PARCELS * Short.BYTES;
    }

    void execute(long pc) {
        executed[index(pc)]++;
    }

    void leave(long pc) {
        left[index(pc)]++;
    }

    void executeSequenceBlock() {
        sequenceBlocks++;
    }

    void executeDriverBlock() {
        driverBlocks++;
    }

    /** Returns how many blocks of the sequences were executed, each execution counted. */
    long sequenceBlocks() {
        return sequenceBlocks;
    }

    /** Returns how many blocks were executed that belong to no sequence. */
    long driverBlocks() {
        return driverBlocks;
    }

    int executed(long pc) {
        return executed[index(pc)];
    }

    /** Returns how often the instruction went elsewhere than to the next one. */
    int left(long pc) {
        return left[index(pc)];
    }

    private static int index(long pc) {
        return (int) (pc - Layout.SEQUENCES) / Short.BYTES;
    }
}
