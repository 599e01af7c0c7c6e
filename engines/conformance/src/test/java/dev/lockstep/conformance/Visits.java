package dev.lockstep.conformance;

/** How often each instruction of the sequences was executed, and how often left by a transfer. */
final class Visits {
    private static final int PARCELS = Layout.MAX_SEQUENCES * Layout.SEQUENCE_BYTES / Short.BYTES;

    private final int[] executed = new int[PARCELS];
    private final int[] left = new int[PARCELS];

    static boolean covers(long pc) {
        return pc >= Layout.SEQUENCES && pc < Layout.SEQUENCES + (long) PARCELS * Short.BYTES;
    }

    void execute(long pc) {
        executed[index(pc)]++;
    }

    void leave(long pc) {
        left[index(pc)]++;
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
