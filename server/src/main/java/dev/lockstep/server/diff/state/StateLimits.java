package dev.lockstep.server.diff.state;

/**
 * How much a comparison may take.
 *
 * @param tapeEntries of all documents of both states: one for each name, string, number or word,
 *     three for each array or object. Of each it takes some 120 bytes at worst
 * @param differences that are kept; of more, only the number is known
 */
public record StateLimits(long tapeEntries, int differences) {
    /** As much as the heap has room for. */
    public static final StateLimits OF_COMMAND = new StateLimits(Long.MAX_VALUE, 100_000);
}
