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

    /**
     * A region costs HotSpot about 75 ms, and saves about 10 ns each time one of its blocks is
     * executed: by then it has been worth its price, so it will be again if half of the work is
     * still to come.
     */
    static final int HOT_COUNT = 1 << 17;

    static final int MAX_HOT = 1 << 30;

    Tuning {
        if (!isHotCount(hotCount)) {
            throw new IllegalArgumentException(
                    "hotCount: " + hotCount + " (expected: a power of two)");
        }
    }

    static Tuning of(int hotCount, CompileMode mode) {
        return new Tuning(CAPACITY_BLOCKS, CAPACITY_REGIONS, hotCount, mode);
    }

    static boolean isHotCount(int count) {
        return count > 1 && Integer.bitCount(count) == 1;
    }
}
