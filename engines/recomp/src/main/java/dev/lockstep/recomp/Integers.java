package dev.lockstep.recomp;

/**
 * Integer operations that take more than a few bytecodes.
 *
 * <p>Hot path: runs once per guest instruction.
 */
final class Integers {
    private Integers() {}

    static long less(long a, long b) {
        return a < b ? 1 : 0;
    }

    static long lessUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
    }

    /** Returns the high half of a signed by an unsigned factor. */
    static long multiplyHighSignedUnsigned(long a, long b) {
        // As a signed factor b is 2^64 too small when its top bit is set.
        return Math.multiplyHigh(a, b) + (a & (b >> 63));
    }

    // "M" extension, table "Semantics for division by zero and division overflow". Java's / and %
    // agree on overflow.

    static long divide(long a, long b) {
        return b == 0 ? -1 : a / b;
    }

    static long divideUnsigned(long a, long b) {
        return b == 0 ? -1 : Long.divideUnsigned(a, b);
    }

    static long remainder(long a, long b) {
        return b == 0 ? a : a % b;
    }

    static long remainderUnsigned(long a, long b) {
        return b == 0 ? a : Long.remainderUnsigned(a, b);
    }

    static int divideWords(int a, int b) {
        return b == 0 ? -1 : a / b;
    }

    static int divideWordsUnsigned(int a, int b) {
        return b == 0 ? -1 : Integer.divideUnsigned(a, b);
    }

    static int remainderOfWords(int a, int b) {
        return b == 0 ? a : a % b;
    }

    static int remainderOfWordsUnsigned(int a, int b) {
        return b == 0 ? a : Integer.remainderUnsigned(a, b);
    }

    static long minimumUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static long maximumUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    /** Returns a with all bits of a byte set where it has any set. */
    static long orOfBytes(long a) {
        long folded = a | (a >>> 4 & 0x0F0F0F0F_0F0F0F0FL);
        folded |= folded >>> 2 & 0x33333333_33333333L;
        folded |= folded >>> 1;
        long any = folded & 0x01010101_01010101L;
        return (any << Byte.SIZE) - any;
    }

    /** Returns the low 64 bits of the product of two polynomials over the bits. */
    static long multiplyCarryless(long a, long b) {
        long product = 0;
        for (long rest = b; rest != 0; rest &= rest - 1) {
            product ^= a << Long.numberOfTrailingZeros(rest);
        }
        return product;
    }

    /** Returns bits 64 to 127 of the product. */
    static long multiplyCarrylessHigh(long a, long b) {
        return multiplyCarrylessReversed(a, b) >>> 1;
    }

    /** Returns bits 63 to 126 of the product: the product of the mirrored factors, mirrored. */
    static long multiplyCarrylessReversed(long a, long b) {
        return Long.reverse(multiplyCarryless(Long.reverse(a), Long.reverse(b)));
    }

    static long zeroIfZero(long a, long condition) {
        return condition == 0 ? 0 : a;
    }

    static long zeroUnlessZero(long a, long condition) {
        return condition == 0 ? a : 0;
    }
}
