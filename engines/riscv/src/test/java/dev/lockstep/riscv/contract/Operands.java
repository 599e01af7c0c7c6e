package dev.lockstep.riscv.contract;

import java.util.Random;

/** Operands where arithmetic goes wrong, mixed with ordinary ones. */
public final class Operands {
    private static final long BOX = 0xFFFF_FFFF_0000_0000L;

    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        2,
        31,
        32,
        63,
        64,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xFFFF_FFFFL,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        (1L << 53) + 1,
        (1L << 54) + 2,
        (1L << 24) + 1,
        0x1FFFFFF
    };

    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        1.5,
        2.5,
        0.1,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Math.nextDown(Double.MIN_NORMAL),
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        0x1p31,
        0x1p31 - 0.5,
        -0x1p31 - 0.5,
        0x1p32,
        0x1p32 - 0.5,
        0x1p63,
        -0x1p63,
        0x1p64,
        Math.nextDown(0x1p64),
        -0.3,
        Math.nextUp(1.0),
        Math.nextDown(1.0),
        0x1p-500,
        0x1p500,
        0x1p-511,
        0x1p-537,
        3,
        9,
        1e300,
        Float.MAX_VALUE,
        Math.nextUp((double) Float.MAX_VALUE),
        0x1.ffffffp127,
        Float.MIN_VALUE,
        0x1p-150,
        Math.nextUp(0x1p-150),
        Float.MIN_NORMAL,
        0x1.fffffep-127,
        0x1.ffffffp-127
    };

    private Operands() {}

    /** Returns three integers, three doubles or boxed singles, and a value for fcsr. */
    static long[] row(Random random) {
        boolean single = random.nextBoolean();
        long flags = random.nextInt(4) == 0 ? random.nextInt(32) : 0;
        return new long[] {
            integer(random),
            integer(random),
            integer(random),
            floating(random, single),
            floating(random, single),
            floating(random, single),
            (long) random.nextInt(5) << 5 | flags
        };
    }

    /** Returns an integer. */
    public static long integer(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> INTEGERS[random.nextInt(INTEGERS.length)];
            case 1 -> random.nextLong() >> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    /** Returns a double, or a single that is mostly NaN-boxed. */
    public static long floating(Random random, boolean single) {
        if (!single) {
            return Double.doubleToRawLongBits(number(random)) ^ (random.nextInt(40) == 0 ? 1 : 0);
        }
        int bits =
                switch (random.nextInt(3)) {
                    case 0 -> Float.floatToRawIntBits((float) number(random));
                    case 1 -> random.nextInt();
                    default -> near(random, 127, 23).intValue();
                };
        return random.nextInt(20) == 0 ? bits : bits | BOX;
    }

    private static double number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> DOUBLES[random.nextInt(DOUBLES.length)];
            case 1 -> random.nextInt(2000) - 1000;
            case 2 -> Double.longBitsToDouble(random.nextLong());
            default -> Double.longBitsToDouble(near(random, 1023, 52));
        };
    }

    /** Returns the bits of a number of about 1, mostly with few bits set. */
    private static Long near(Random random, int bias, int fractionBits) {
        long exponent = bias - 4L + random.nextInt(9);
        long fraction = random.nextLong() & ((1L << fractionBits) - 1);
        long kept = random.nextBoolean() ? -1L << (fractionBits - random.nextInt(12)) : -1L;
        long sign = random.nextInt(2) == 0 ? 0 : 1L << (fractionBits == 23 ? 31 : 63);
        return sign | (exponent << fractionBits) | (fraction & kept);
    }
}
