package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Random;

/** Against rounding by the definition ({@link ExactValue}) and against Java's arithmetic. */
final class SoftFloatTest {
    private static final int ROUNDS = 40_000;

    private final Seed seed = Seed.fresh();
    private final Random random = seed.random();

    @ParameterizedTest
    @EnumSource
    void sumsAreTheExactOnesRounded(Format format) {
        check(format, (a, b, c) -> a.plus(b), (soft, a, b, c, mode) -> soft.add(a, b, mode));
    }

    @ParameterizedTest
    @EnumSource
    void productsAreTheExactOnesRounded(Format format) {
        check(format, (a, b, c) -> a.times(b), (soft, a, b, c, mode) -> soft.multiply(a, b, mode));
    }

    @ParameterizedTest
    @EnumSource
    void fusedProductsAndSumsAreRoundedOnce(Format format) {
        check(
                format,
                (a, b, c) -> a.times(b).plus(c),
                (soft, a, b, c, mode) -> soft.multiplyAdd(a, b, c, mode));
    }

    @ParameterizedTest
    @EnumSource
    void quotientsAreTheExactOnesRounded(Format format) {
        check(
                format,
                (a, b, c) -> a.dividedBy(b),
                (soft, a, b, c, mode) -> soft.divide(a, b, mode));
    }

    @ParameterizedTest
    @EnumSource
    void rootsAreTheExactOnesRounded(Format format) {
        check(
                format,
                (a, b, c) -> a.magnitude().squareRoot(),
                (soft, a, b, c, mode) -> soft.squareRoot(format.magnitude(a), mode));
    }

    @Test
    void doublesComputeAsJavaDoes() {
        var soft = new SoftFloat(Format.DOUBLE);
        var operands = new FloatOperands(Format.DOUBLE, random);
        for (int round = 0; round < ROUNDS; round++) {
            long a = operands.next();
            long b = operands.next();
            long c = operands.next();
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double z = Double.longBitsToDouble(c);
            same(x + y, soft.add(a, b, Rounding.NEAREST_EVEN));
            same(x * y, soft.multiply(a, b, Rounding.NEAREST_EVEN));
            same(x / y, soft.divide(a, b, Rounding.NEAREST_EVEN));
            same(Math.sqrt(x), soft.squareRoot(a, Rounding.NEAREST_EVEN));
            same(Math.fma(x, y, z), soft.multiplyAdd(a, b, c, Rounding.NEAREST_EVEN));
        }
    }

    @Test
    void singlesComputeAsJavaDoes() {
        var soft = new SoftFloat(Format.SINGLE);
        var operands = new FloatOperands(Format.SINGLE, random);
        for (int round = 0; round < ROUNDS; round++) {
            long a = operands.next();
            long b = operands.next();
            long c = operands.next();
            float x = Float.intBitsToFloat((int) a);
            float y = Float.intBitsToFloat((int) b);
            float z = Float.intBitsToFloat((int) c);
            same(x + y, soft.add(a, b, Rounding.NEAREST_EVEN));
            same(x * y, soft.multiply(a, b, Rounding.NEAREST_EVEN));
            same(x / y, soft.divide(a, b, Rounding.NEAREST_EVEN));
            same((float) Math.sqrt(x), soft.squareRoot(a, Rounding.NEAREST_EVEN));
            same(Math.fma(x, y, z), soft.multiplyAdd(a, b, c, Rounding.NEAREST_EVEN));
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlySignalingNansRaiseInvalid(Format format) {
        var soft = new SoftFloat(format);
        long signaling = format.infinity + 1;
        long quiet = format.signBit | format.canonicalNan | 1;
        assertThat(soft.add(quiet, format.one, Rounding.UP)).isEqualTo(format.canonicalNan);
        assertThat(soft.takeFlags()).isZero();
        assertThat(soft.add(format.one, signaling, Rounding.UP)).isEqualTo(format.canonicalNan);
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void whatHasNoValueIsInvalid(Format format) {
        var soft = new SoftFloat(format);
        Rounding mode = Rounding.NEAREST_EVEN;
        long infinity = format.infinity;
        long quiet = format.canonicalNan;
        invalid(soft, soft.add(infinity, format.negate(infinity), mode));
        invalid(soft, soft.multiply(0, infinity, mode));
        invalid(soft, soft.multiplyAdd(infinity, 0, quiet, mode));
        invalid(soft, soft.multiplyAdd(infinity, format.one, format.negate(infinity), mode));
        invalid(soft, soft.divide(0, format.signBit, mode));
        invalid(soft, soft.divide(infinity, infinity, mode));
        invalid(soft, soft.squareRoot(format.negate(format.one), mode));
    }

    @ParameterizedTest
    @EnumSource
    void dividingByZeroIsInfiniteAndFlagged(Format format) {
        var soft = new SoftFloat(format);
        long quotient = soft.divide(format.one, format.signBit, Rounding.NEAREST_EVEN);
        assertThat(quotient).isEqualTo(format.signBit | format.infinity);
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.DIVIDE_BY_ZERO);
    }

    @ParameterizedTest
    @EnumSource
    void exactZeroSumsAreNegativeOnlyWhenRoundingDown(Format format) {
        var soft = new SoftFloat(format);
        for (Rounding mode : Rounding.values()) {
            long expected = mode == Rounding.DOWN ? format.signBit : 0;
            long minusOne = format.negate(format.one);
            assertThat(soft.add(format.one, minusOne, mode)).as("%s", mode).isEqualTo(expected);
            assertThat(soft.add(0, format.signBit, mode)).as("%s", mode).isEqualTo(expected);
        }
        assertThat(soft.takeFlags()).isZero();
    }

    private interface Exact {
        ExactValue of(ExactValue a, ExactValue b, ExactValue c);
    }

    private interface Computed {
        long of(SoftFloat soft, long a, long b, long c, Rounding mode);
    }

    private void check(Format format, Exact exact, Computed computed) {
        var soft = new SoftFloat(format);
        var operands = new FloatOperands(format, random);
        for (int round = 0; round < ROUNDS; round++) {
            long a = finite(format, operands);
            long b = finite(format, operands);
            long c = finite(format, operands);
            ExactValue expected =
                    exact.of(
                            ExactValue.of(format, a),
                            ExactValue.of(format, b),
                            ExactValue.of(format, c));
            if (expected.isZero()) {
                continue;
            }
            for (Rounding mode : Rounding.values()) {
                long bits = computed.of(soft, a, b, c, mode);
                var actual = new ExactValue.Rounded(bits, soft.takeFlags());
                assertThat(actual)
                        .as("%x, %x, %x, %s; %s", a, b, c, mode, seed)
                        .isEqualTo(expected.round(format, mode));
            }
        }
    }

    private static long finite(Format format, FloatOperands operands) {
        long bits = operands.next();
        boolean usable = format.magnitude(bits) < format.infinity && !format.isZero(bits);
        return usable ? bits : format.one;
    }

    private static void invalid(SoftFloat soft, long result) {
        assertThat(result).isEqualTo(soft.format().canonicalNan);
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.INVALID);
    }

    private void same(double expected, long actual) {
        assertThat(actual).as("%s", seed).isEqualTo(Double.doubleToLongBits(expected));
    }

    private void same(float expected, long actual) {
        long bits = Integer.toUnsignedLong(Float.floatToIntBits(expected));
        assertThat(actual).as("%s", seed).isEqualTo(bits);
    }
}
