package dev.lockstep.interp;

import java.util.Random;

/** Draws operands that make floating-point arithmetic stumble. */
final class FloatOperands {
    private final Format format;
    private final Random random;
    private final long[] special;

    FloatOperands(Format format, Random random) {
        this.format = format;
        this.random = random;
        long unit = 1L << (format.precision - 1);
        special =
                new long[] {
                    0,
                    1,
                    unit - 1,
                    unit,
                    unit + 1,
                    format.one - 1,
                    format.one,
                    format.one + 1,
                    format.infinity - 1,
                    format.infinity,
                    format.infinity + 1,
                    format.canonicalNan,
                };
    }

    /** Returns any value: special, random, of few bits, or of an exponent close to others'. */
    long next() {
        long sign = random.nextBoolean() ? format.signBit : 0;
        return sign
                | switch (random.nextInt(5)) {
                    case 0 -> special[random.nextInt(special.length)];
                    case 1 -> format.magnitude(random.nextLong());
                    case 2 -> near(bits(3));
                    case 3 -> near(-1L << random.nextInt(format.precision - 1));
                    default -> near(random.nextLong());
                };
    }

    private long near(long fraction) {
        long exponent = format.bias + random.nextInt(-4, 5) * (long) random.nextInt(1, 30);
        long mask = (1L << (format.precision - 1)) - 1;
        return (exponent << (format.precision - 1)) | (fraction & mask);
    }

    private long bits(int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits |= 1L << random.nextInt(format.precision);
        }
        return bits;
    }
}
