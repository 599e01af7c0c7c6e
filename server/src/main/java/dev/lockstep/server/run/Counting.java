package dev.lockstep.server.run;

import dev.lockstep.protocol.RecordLayout;

/**
 * What a record stands for: a block, or a window of blocks.
 *
 * @param windows whether it is a window, whose last column counts its blocks
 * @param hasDigests whether its digest means something; if not, only where it leads is compared,
 *     and registers if they are told
 * @param hasRegisters whether the registers after it are told
 * @param hasStates whether the digest of a window has that of the registers at its end
 * @param checkpointWindows every so many windows it has that of memory too, 0 for never
 */
record Counting(
        boolean windows,
        boolean hasDigests,
        boolean hasRegisters,
        boolean hasStates,
        long checkpointWindows) {
    static Counting of(RunSpec spec, Strength strength) {
        return new Counting(
                spec.grain() == Grain.WINDOW,
                strength != Strength.PC && strength != Strength.REGISTERS,
                strength == Strength.REGISTERS,
                strength.compareTo(Strength.COMMIT) >= 0,
                spec.checkpointWindows());
    }

    /** Returns what the last column of a record counts. */
    String column() {
        return windows ? Difference.BLOCKS : Difference.TURNS;
    }

    /** Returns the blocks in so many bytes of records. */
    long blocks(Rows rows, int offset, int bytes) {
        return windows ? rows.sumTurns(offset, offset + bytes) : bytes / RecordLayout.SIZE_BYTES;
    }

    /**
     * Counts equal records, if they are windows.
     *
     * @param before records before them
     */
    void countWindows(long before, long count, Findings findings) {
        if (windows) {
            long states = hasStates ? count : 0;
            findings.equalWindows(count, states, hasStates ? memories(before, count) : 0);
        }
    }

    /** Returns whether memory is compared at all before the end. */
    boolean hasMemories() {
        return windows && hasStates && checkpointWindows > 0;
    }

    /** Returns whether memory is compared at the end of the record with this number, from 1. */
    boolean hasMemory(long number) {
        return hasMemories() && number % checkpointWindows == 0;
    }

    private long memories(long before, long count) {
        return checkpointWindows == 0
                ? 0
                : (before + count) / checkpointWindows - before / checkpointWindows;
    }
}
