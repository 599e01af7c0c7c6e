package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.MappedRange;

import java.util.List;

/**
 * Answers for ascending ranges whether all of them is mapped. Goes through the mappings once. Not
 * thread-safe.
 */
final class Mappings {
    private final List<MappedRange> ranges;

    /** Those before this one end below all that was asked for. */
    private int current;

    /**
     * Creates one.
     *
     * @param ranges ascending, disjoint
     */
    Mappings(List<MappedRange> ranges) {
        this.ranges = ranges;
    }

    /**
     * Returns whether a range, of at least one byte, is mapped; not below the last one asked for.
     */
    boolean holds(long address, long lengthBytes) {
        while (current < ranges.size()
                && Long.compareUnsigned(last(ranges.get(current)), address) < 0) {
            current++;
        }
        long end = address + lengthBytes - 1;
        long next = address; // The first byte that is not known to be mapped.
        for (MappedRange range : ranges.subList(current, ranges.size())) {
            if (Long.compareUnsigned(range.getAddress(), next) > 0) {
                return false;
            }
            if (Long.compareUnsigned(last(range), end) >= 0) {
                return true;
            }
            next = last(range) + 1;
        }
        return false;
    }

    private static long last(MappedRange range) {
        return range.getAddress() + range.getLengthBytes() - 1;
    }
}
