package dev.lockstep.recomp;

/**
 * The recompiler's bounds and thresholds.
 *
 * @param capacityBlocks blocks kept at most
 * @param capacityRegions regions kept at most
 * @param hotCount how often a block is executed by itself before it begins a region; a power of two
 * @param patience interruptions at one instruction after which regions take care themselves there
 * @param mode where regions are compiled
 */
record Tuning(
        int capacityBlocks, int capacityRegions, int hotCount, int patience, CompileMode mode) {
    /** Five times as many blocks as a short glibc program executes. */
    private static final int CAPACITY_BLOCKS = 16_384;

    private static final int CAPACITY_REGIONS = 4_096;

    /** By measurement (ADR 9): short runs are best without regions, long ones with them early. */
    static final int HOT_COUNT = 1 << 17;

    static final int MAX_HOT = 1 << 30;

    /** So rare that a region made anew pays, and too many for the first writes to most heaps. */
    private static final int PATIENCE = 8_192;

    Tuning {
        if (!isHotCount(hotCount)) {
            throw new IllegalArgumentException(
                    "hotCount: " + hotCount + " (expected: a power of two)");
        }
    }

    static Tuning of(int hotCount, CompileMode mode) {
        return new Tuning(CAPACITY_BLOCKS, CAPACITY_REGIONS, hotCount, PATIENCE, mode);
    }

    static boolean isHotCount(int count) {
        return count > 1 && Integer.bitCount(count) == 1;
    }
}
