package dev.lockstep.recomp;

/**
 * The recompiler's bounds and thresholds.
 *
 * @param capacityBlocks blocks kept at most
 * @param capacityRegions regions kept at most
 * @param hotCount how often a block is executed by itself before it begins a region; a power of two
 * @param mode where regions are compiled
 */
record Tuning(int capacityBlocks, int capacityRegions, int hotCount, CompileMode mode) {
    /** Five times as many blocks as a short glibc program executes. */
    private static final int CAPACITY_BLOCKS = 16_384;

    private static final int CAPACITY_REGIONS = 4_096;

    /** By then a region costs less than what it saves, if half of the work is still to come. */
    private static final int HOT_COUNT = 1_024;

    Tuning {
        if (Integer.bitCount(hotCount) != 1) {
            throw new IllegalArgumentException(
                    "hotCount: " + hotCount + " (expected: a power of two)");
        }
    }

    static Tuning of(CompileMode mode) {
        return new Tuning(CAPACITY_BLOCKS, CAPACITY_REGIONS, HOT_COUNT, mode);
    }
}
