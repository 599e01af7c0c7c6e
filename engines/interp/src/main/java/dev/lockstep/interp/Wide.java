package dev.lockstep.interp;

/**
 * Arithmetic on 128-bit magnitudes given as two halves. A shift to the right keeps in the lowest
 * bit whether anything was lost ("sticky"), which is all that rounding needs to know of it.
 */
final class Wide {
    private Wide() {}

    /** Returns the high half of {@code high:low >>> distance}. */
    static long shiftedHigh(long high, int distance) {
        return distance < Long.SIZE ? high >>> distance : 0;
    }

    /** Returns the low half of {@code high:low >>> distance}, sticky. */
    static long shiftedLow(long high, long low, int distance) {
        if (distance == 0) {
            return low;
        }
        if (distance < Long.SIZE) {
            return high << -distance | low >>> distance | sticky(low << -distance);
        }
        return shiftedSticky(high, distance - Long.SIZE) | sticky(low);
    }

    /** Returns {@code value >>> distance} for any distance, sticky. */
    static long shiftedSticky(long value, int distance) {
        if (distance == 0) {
            return value;
        }
        return distance < Long.SIZE
                ? value >>> distance | sticky(value << -distance)
                : sticky(value);
    }

    /** Returns 1 if anything of {@code lost} is not zero. */
    static long sticky(long lost) {
        return lost == 0 ? 0 : 1;
    }

    static int leadingZeros(long high, long low) {
        return high != 0
                ? Long.numberOfLeadingZeros(high)
                : Long.SIZE + Long.numberOfLeadingZeros(low);
    }

    /** Returns the high half of {@code high:low << zeros}, sticky. */
    static long normalized(long high, long low, int zeros) {
        if (zeros == 0) {
            return high | sticky(low);
        }
        return zeros < Long.SIZE
                ? high << zeros | low >>> -zeros | sticky(low << zeros)
                : low << zeros;
    }
}
