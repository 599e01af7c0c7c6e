package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.recomp.RoundingModel.Outcome;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.contract.Operands;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.Random;

class ArithmeticTest {
    private static final int CASE_COUNT = 1500;

    /** An operation of the recompiler on three operands, of which it may ignore some. */
    private interface Operation {
        long apply(long a, long b, long c, int mode, Hart hart);
    }

    /** The exact result of the same operation. */
    private interface Model {
        BigDecimal apply(BigDecimal a, BigDecimal b, BigDecimal c);
    }

    private static final Model SUM = (a, b, c) -> a.add(b);
    private static final Model PRODUCT = (a, b, c) -> a.multiply(b);
    private static final Model PRODUCT_SUM = (a, b, c) -> a.multiply(b).add(c);

    private static final Model QUOTIENT =
            (a, b, c) -> b.signum() == 0 ? BigDecimal.ZERO : RoundingModel.quotient(a, b);
    private static final Model ROOT =
            (a, b, c) -> a.signum() <= 0 ? BigDecimal.ZERO : RoundingModel.root(a);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void doublesAreTheExactResultsRounded(int mode) {
        Format format = Format.DOUBLE;
        check(format, mode, SUM, (a, b, c, m, hart) -> Doubles.add(a, b, m, hart));
        check(format, mode, PRODUCT, (a, b, c, m, hart) -> Doubles.multiply(a, b, m, hart));
        check(format, mode, QUOTIENT, (a, b, c, m, hart) -> Doubles.divide(a, b, m, hart));
        check(format, mode, ROOT, (a, b, c, m, hart) -> Doubles.squareRoot(a, m, hart));
        check(format, mode, PRODUCT_SUM, Doubles::multiplyAdd);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void singlesAreTheExactResultsRounded(int mode) {
        Format format = Format.SINGLE;
        check(format, mode, SUM, (a, b, c, m, hart) -> Singles.add(a, b, m, hart));
        check(format, mode, PRODUCT, (a, b, c, m, hart) -> Singles.multiply(a, b, m, hart));
        check(format, mode, QUOTIENT, (a, b, c, m, hart) -> Singles.divide(a, b, m, hart));
        check(format, mode, ROOT, (a, b, c, m, hart) -> Singles.squareRoot(a, m, hart));
        check(format, mode, PRODUCT_SUM, Singles::multiplyAdd);
    }

    private static void check(Format format, int mode, Model model, Operation operation) {
        Random random = new Random(mode);
        RoundingModel rounding = new RoundingModel(format, mode);
        for (int number = 0; number < CASE_COUNT; number++) {
            long a = operand(random, format);
            long b = operand(random, format);
            long c = operand(random, format);
            BigDecimal exact = model.apply(value(a, format), value(b, format), value(c, format));
            // The sign of a zero is a matter of its own: see the test against qemu.
            if (exact.signum() != 0) {
                Outcome expected = rounding.round(exact);
                String what = "case %d: %x %x %x".formatted(number, a, b, c);
                assertThat(outcome(operation, a, b, c, mode, 0)).as(what).isEqualTo(expected);
                Outcome accrued = new Outcome(expected.bits(), expected.flags() | Flags.INEXACT);
                assertThat(outcome(operation, a, b, c, mode, Flags.INEXACT))
                        .as(what)
                        .isEqualTo(accrued);
            }
        }
    }

    private static Outcome outcome(
            Operation operation, long a, long b, long c, int mode, int flagsBefore) {
        Hart hart = new Hart();
        hart.fflags = flagsBefore;
        long bits = operation.apply(a, b, c, mode, hart);
        return new Outcome(bits, hart.fflags);
    }

    private static long operand(Random random, Format format) {
        boolean single = format.equals(Format.SINGLE);
        while (true) {
            long register = Operands.floating(random, single);
            long bits = single ? Format.unbox(register) : register;
            if (!format.isNaN(bits) && !format.isInfinite(bits)) {
                return bits;
            }
        }
    }

    private static BigDecimal value(long bits, Format format) {
        return new BigDecimal(format.toDouble(bits));
    }

    @ParameterizedTest
    @CsvSource({
        "7ff0000000000001, 3ff0000000000000, 7ff8000000000000, 16",
        "7ff8000000000001, 3ff0000000000000, 7ff8000000000000, 0",
        "fff0000000000000, 7ff0000000000000, 7ff8000000000000, 16",
        "7ff0000000000000, 7ff0000000000000, 7ff0000000000000, 0",
        "8000000000000000, 8000000000000000, 8000000000000000, 0",
        "8000000000000000, 0000000000000000, 0000000000000000, 0",
    })
    void sumsOfWhatIsNoNumber(String a, String b, String sum, int flags) {
        Hart hart = new Hart();

        long actual = Doubles.add(parse(a), parse(b), Rounding.NEAREST_EVEN, hart);

        assertThat(Long.toHexString(actual)).isEqualTo(Long.toHexString(parse(sum)));
        assertThat(hart.fflags).isEqualTo(flags);
    }

    private static long parse(String bits) {
        return Long.parseUnsignedLong(bits, 16);
    }
}
