package dev.lockstep.recomp;

import java.math.BigInteger;

/**
 * An IEEE 754 binary format. Values are handled as their raw bits in the low end of a long.
 *
 * @param precision bits of the significand, the hidden one included
 * @param width bits of the encoding
 */
record Format(int precision, int width) {
    static final Format SINGLE = new Format(24, 32);
    static final Format DOUBLE = new Format(53, 64);

    private static final long BOX = 0xFFFFFFFF_00000000L;

    /**
     * Returns the single held by an f register: its low half, or the canonical NaN when the
     * register is not NaN-boxed ("D" extension, "NaN Boxing of Narrower Values").
     */
    static long unbox(long register) {
        return (register & BOX) == BOX ? register & ~BOX : SINGLE.canonicalNaN();
    }

    static long box(long single) {
        return single | BOX;
    }

    static double valueOfSingle(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    static double valueOfDouble(long bits) {
        return Double.longBitsToDouble(bits);
    }

    int fractionBits() {
        return precision - 1;
    }

    /** Returns the exponent of the last place of subnormals: -149 or -1074. */
    int minQuantum() {
        return 1 - bias() - fractionBits();
    }

    /** Returns the exponent of the last place of the largest finite values: 104 or 971. */
    int maxQuantum() {
        return bias() - fractionBits();
    }

    private int bias() {
        return (1 << (width - precision - 1)) - 1;
    }

    private long fractionMask() {
        return (1L << fractionBits()) - 1;
    }

    long signBit() {
        return 1L << (width - 1);
    }

    /** Returns the bits of +infinity, which are also the mask of the exponent field. */
    long infinity() {
        return signBit() - (1L << fractionBits());
    }

    long canonicalNaN() {
        return infinity() | quietBit();
    }

    private long quietBit() {
        return 1L << (fractionBits() - 1);
    }

    boolean isNegative(long bits) {
        return (bits & signBit()) != 0;
    }

    long magnitude(long bits) {
        return bits & (signBit() - 1);
    }

    boolean isZero(long bits) {
        return magnitude(bits) == 0;
    }

    boolean isInfinite(long bits) {
        return magnitude(bits) == infinity();
    }

    boolean isSubnormal(long bits) {
        return !isZero(bits) && magnitude(bits) <= fractionMask();
    }

    boolean isNaN(long bits) {
        return magnitude(bits) > infinity();
    }

    boolean isSignalingNaN(long bits) {
        return isNaN(bits) && (bits & quietBit()) == 0;
    }

    long withSign(long magnitude, boolean negative) {
        return negative ? magnitude | signBit() : magnitude;
    }

    /** Returns the value as a double, which holds those of both formats exactly. */
    double toDouble(long bits) {
        return width == Integer.SIZE ? valueOfSingle(bits) : valueOfDouble(bits);
    }

    /** Returns the exact value of finite {@code bits}. */
    Real toReal(long bits) {
        long fraction = bits & fractionMask();
        int exponent = (int) (magnitude(bits) >>> fractionBits());
        long significand = exponent == 0 ? fraction : fraction | (1L << fractionBits());
        int quantum = minQuantum() + Math.max(exponent, 1) - 1;
        return new Real(isNegative(bits), BigInteger.valueOf(significand), quantum, false);
    }

    /** Returns {@code significand * 2^quantum}, which the format can hold. */
    long encode(boolean negative, long significand, int quantum) {
        boolean subnormal = significand < 1L << fractionBits();
        long exponent = subnormal ? 0 : quantum - minQuantum() + 1;
        return withSign((exponent << fractionBits()) | (significand & fractionMask()), negative);
    }
}
