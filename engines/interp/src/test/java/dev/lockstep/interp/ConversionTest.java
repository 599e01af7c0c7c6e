package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;

/** Against BigDecimal, Java's casts and the table of saturated results in the manual. */
final class ConversionTest {
    private static final int ROUNDS = 20_000;

    private final Seed seed = Seed.fresh();
    private final Random random = seed.random();
    private final SoftFloat singles = new SoftFloat(Format.SINGLE);
    private final SoftFloat doubles = new SoftFloat(Format.DOUBLE);
    private final Conversion toSingle = new Conversion(singles);
    private final Conversion toDouble = new Conversion(doubles);

    @ParameterizedTest
    @EnumSource
    void roundsToIntegersAsBigDecimalDoes(Rounding mode) {
        for (int round = 0; round < ROUNDS; round++) {
            // Multiples of 1/8 meet every tie.
            double value = (double) (random.nextLong() >> random.nextInt(2, 62)) / 8;
            var exact = new BigDecimal(value);
            BigInteger expected = exact.setScale(0, inJava(mode)).toBigInteger();
            boolean inexact = exact.compareTo(new BigDecimal(expected)) != 0;
            assertThat(toDouble.toLong(Double.doubleToRawLongBits(value), mode))
                    .as("%s, %s; %s", exact, mode, seed)
                    .isEqualTo(expected.longValueExact());
            assertThat(doubles.takeFlags())
                    .as("%s, %s; %s", exact, mode, seed)
                    .isEqualTo(inexact ? SoftFloat.INEXACT : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-Infinity, -2147483648, 0, -9223372036854775808, 0",
        "Infinity, 2147483647, -1, 9223372036854775807, -1",
        "NaN, 2147483647, -1, 9223372036854775807, -1",
        "-1e30, -2147483648, 0, -9223372036854775808, 0",
        "1e30, 2147483647, -1, 9223372036854775807, -1",
    })
    void whatDoesNotFitIsInvalidAndSaturates(
            double value, long asInt, long asUnsignedInt, long asLong, long asUnsignedLong) {
        long bits = Double.doubleToRawLongBits(value);
        Rounding mode = Rounding.NEAREST_EVEN;
        invalid(asInt, toDouble.toInt(bits, mode));
        invalid(asUnsignedInt, toDouble.toUnsignedInt(bits, mode));
        invalid(asLong, toDouble.toLong(bits, mode));
        invalid(asUnsignedLong, toDouble.toUnsignedLong(bits, mode));
    }

    @Test
    void boundsAreWhatRoundsToThem() {
        invalid(0, toDouble.toUnsignedInt(bits(-0.5), Rounding.DOWN));
        invalid(Integer.MAX_VALUE, toDouble.toInt(bits(2147483647.5), Rounding.UP));
        invalid(-1, toDouble.toUnsignedInt(bits(4294967295.5), Rounding.NEAREST_EVEN));
        inexact(0, toDouble.toUnsignedInt(bits(-0.5), Rounding.NEAREST_EVEN));
        inexact(Integer.MAX_VALUE, toDouble.toInt(bits(2147483647.5), Rounding.TO_ZERO));
        inexact(Integer.MIN_VALUE, toDouble.toInt(bits(-2147483648.5), Rounding.UP));
        inexact(-1, toDouble.toUnsignedInt(bits(4294967295.5), Rounding.TO_ZERO));
    }

    @Test
    void integersAndFormatsConvertAsJavasCasts() {
        Rounding mode = Rounding.NEAREST_EVEN;
        for (int round = 0; round < ROUNDS; round++) {
            long value = random.nextLong() >> random.nextInt(Long.SIZE);
            assertThat(toDouble.fromSigned(value, mode))
                    .as("%s", seed)
                    .isEqualTo(bits((double) value));
            assertThat(toSingle.fromSigned(value, mode))
                    .as("%s", seed)
                    .isEqualTo(Integer.toUnsignedLong(Float.floatToRawIntBits((float) value)));
            float single = Float.intBitsToFloat((int) value);
            if (!Float.isNaN(single)) {
                long low = Integer.toUnsignedLong((int) value);
                long wide = toDouble.fromFormat(Format.SINGLE, low, mode);
                assertThat(wide).as("%s", seed).isEqualTo(bits(single));
                assertThat(toSingle.fromFormat(Format.DOUBLE, wide, mode))
                        .as("%s", seed)
                        .isEqualTo(low);
            }
        }
    }

    @Test
    void unsignedIntegersUseAllBits() {
        assertThat(toDouble.fromUnsigned(-1, Rounding.NEAREST_EVEN)).isEqualTo(bits(0x1p64));
        assertThat(toDouble.fromUnsigned(-1, Rounding.TO_ZERO)).isEqualTo(bits(0x1p64 - 0x1p11));
        assertThat(doubles.takeFlags()).isEqualTo(SoftFloat.INEXACT);
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private void invalid(long expected, long actual) {
        assertThat(actual).isEqualTo(expected);
        assertThat(doubles.takeFlags()).isEqualTo(SoftFloat.INVALID);
    }

    private void inexact(long expected, long actual) {
        assertThat(actual).isEqualTo(expected);
        assertThat(doubles.takeFlags()).isEqualTo(SoftFloat.INEXACT);
    }

    private static RoundingMode inJava(Rounding mode) {
        return switch (mode) {
            case NEAREST_EVEN -> RoundingMode.HALF_EVEN;
            case TO_ZERO -> RoundingMode.DOWN;
            case DOWN -> RoundingMode.FLOOR;
            case UP -> RoundingMode.CEILING;
            case NEAREST_AWAY -> RoundingMode.HALF_UP;
        };
    }
}
