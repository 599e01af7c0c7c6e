package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ComparisonTest {
    private final Seed seed = Seed.fresh();

    @Test
    void ordersAsJavaDoes() {
        var comparison = new Comparison(new SoftFloat(Format.DOUBLE));
        var operands = new FloatOperands(Format.DOUBLE, seed.random());
        for (int round = 0; round < 50_000; round++) {
            long a = operands.next();
            long b = operands.next();
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            assertThat(comparison.equal(a, b)).as("%s", seed).isEqualTo(x == y);
            assertThat(comparison.less(a, b)).as("%s", seed).isEqualTo(x < y);
            assertThat(comparison.lessOrEqual(a, b)).as("%s", seed).isEqualTo(x <= y);
        }
    }

    @ParameterizedTest
    @EnumSource
    void equalityIsQuietAndOrderIsNot(Format format) {
        var soft = new SoftFloat(format);
        var comparison = new Comparison(soft);
        assertThat(comparison.equal(format.canonicalNan, 0)).isFalse();
        assertThat(soft.takeFlags()).isZero();
        assertThat(comparison.equal(0, format.infinity + 1)).isFalse();
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.INVALID);
        assertThat(comparison.less(format.canonicalNan, 0)).isFalse();
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.INVALID);
        assertThat(comparison.lessOrEqual(0, format.canonicalNan)).isFalse();
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void minimumAndMaximumTellZerosApart(Format format) {
        var comparison = new Comparison(new SoftFloat(format));
        long minusZero = format.signBit;
        assertThat(comparison.minimum(0, minusZero)).isEqualTo(minusZero);
        assertThat(comparison.minimum(minusZero, 0)).isEqualTo(minusZero);
        assertThat(comparison.maximum(0, minusZero)).isZero();
        assertThat(comparison.maximum(minusZero, 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void minimumAndMaximumPreferNumbersToNans(Format format) {
        var soft = new SoftFloat(format);
        var comparison = new Comparison(soft);
        long signaling = format.infinity + 1;
        long quiet = format.canonicalNan | 1;
        assertThat(comparison.minimum(quiet, format.one)).isEqualTo(format.one);
        assertThat(comparison.maximum(format.one, quiet)).isEqualTo(format.one);
        assertThat(comparison.maximum(quiet, quiet)).isEqualTo(format.canonicalNan);
        assertThat(soft.takeFlags()).isZero();
        assertThat(comparison.minimum(signaling, format.one)).isEqualTo(format.one);
        assertThat(soft.takeFlags()).isEqualTo(SoftFloat.INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfValueHasItsClass(Format format) {
        var comparison = new Comparison(new SoftFloat(format));
        long[] kinds = {
            format.negate(format.infinity),
            format.negate(format.one),
            format.negate(1),
            format.signBit,
            0,
            1,
            format.one,
            format.infinity,
            format.infinity + 1,
            format.canonicalNan,
        };
        for (int kind = 0; kind < kinds.length; kind++) {
            assertThat(comparison.classify(kinds[kind])).isEqualTo(1L << kind);
        }
    }
}
