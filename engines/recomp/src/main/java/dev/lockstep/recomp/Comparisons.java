package dev.lockstep.recomp;

import dev.lockstep.riscv.Hart;

/** Comparing, selecting and classifying, on raw bits of either format. */
final class Comparisons {
    private Comparisons() {}

    /** A quiet comparison: only a signaling NaN is invalid. */
    static long equal(long a, long b, Format format, Hart hart) {
        accrueSignaling(a, b, format, hart);
        return format.toDouble(a) == format.toDouble(b) ? 1 : 0;
    }

    /** A signaling comparison: any NaN is invalid. */
    static long less(long a, long b, Format format, Hart hart) {
        accrueNaN(a, b, format, hart);
        return format.toDouble(a) < format.toDouble(b) ? 1 : 0;
    }

    /** A signaling comparison: any NaN is invalid. */
    static long lessOrEqual(long a, long b, Format format, Hart hart) {
        accrueNaN(a, b, format, hart);
        return format.toDouble(a) <= format.toDouble(b) ? 1 : 0;
    }

    static long minimum(long a, long b, Format format, Hart hart) {
        accrueSignaling(a, b, format, hart);
        if (format.isNaN(a) || format.isNaN(b)) {
            return number(a, b, format);
        }
        return isBelow(a, b, format) ? a : b;
    }

    static long maximum(long a, long b, Format format, Hart hart) {
        accrueSignaling(a, b, format, hart);
        if (format.isNaN(a) || format.isNaN(b)) {
            return number(a, b, format);
        }
        return isBelow(a, b, format) ? b : a;
    }

    /** Returns the operand that is a number, or the canonical NaN. */
    private static long number(long a, long b, Format format) {
        long candidate = format.isNaN(a) ? b : a;
        return format.isNaN(candidate) ? format.canonicalNaN() : candidate;
    }

    /** Returns whether a number is less than another, -0 being less than +0. */
    private static boolean isBelow(long a, long b, Format format) {
        return Double.compare(format.toDouble(a), format.toDouble(b)) < 0;
    }

    private static void accrueSignaling(long a, long b, Format format, Hart hart) {
        if (format.isSignalingNaN(a) || format.isSignalingNaN(b)) {
            hart.fflags |= Flags.INVALID;
        }
    }

    private static void accrueNaN(long a, long b, Format format, Hart hart) {
        if (format.isNaN(a) || format.isNaN(b)) {
            hart.fflags |= Flags.INVALID;
        }
    }

    /** Returns one bit of ten ("F" extension, table "Format of result of FCLASS instruction"). */
    static long classify(long a, Format format) {
        if (format.isNaN(a)) {
            return format.isSignalingNaN(a) ? 1 << 8 : 1 << 9;
        }
        // The classes of numbers are symmetric: -infinity is bit 0, +infinity bit 7.
        int magnitudeClass =
                format.isInfinite(a) ? 0 : format.isZero(a) ? 3 : format.isSubnormal(a) ? 2 : 1;
        return 1L << (format.isNegative(a) ? magnitudeClass : 7 - magnitudeClass);
    }

    static long copySign(long a, long b, Format format) {
        return format.withSign(format.magnitude(a), format.isNegative(b));
    }

    static long copyNegatedSign(long a, long b, Format format) {
        return format.withSign(format.magnitude(a), !format.isNegative(b));
    }

    static long xorSign(long a, long b, Format format) {
        return a ^ (b & format.signBit());
    }
}
