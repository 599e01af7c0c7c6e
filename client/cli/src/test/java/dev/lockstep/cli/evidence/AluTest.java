package dev.lockstep.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Op;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigInteger;

final class AluTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(64);

    @ParameterizedTest
    @CsvSource({
        "ADD, 2, 3, 5",
        "ADDI, 2, -3, -1",
        "SUBW, 0x80000000, 1, 0x7fffffff",
        "ADDW, 0x7fffffff, 1, 0xffffffff80000000",
        "SLLW, 1, 31, 0xffffffff80000000",
        "SLLW, 1, 33, 2",
        "SRLW, 0xffffffff80000000, 4, 0x8000000",
        "SRAW, 0x80000000, 4, 0xfffffffff8000000",
        "SRA, -8, 65, -4",
        "SLTU, 1, -1, 1",
        "SLT, 1, -1, 0",
        "DIV, 7, 0, -1",
        "DIVW, 0x80000000, -1, 0xffffffff80000000",
        "DIVUW, -1, 0, -1",
        "DIVUW, -1, 1, -1",
        "REMW, 7, 0, 7",
        "REM, 0x8000000000000000, -1, 0",
        "REMUW, 0xfffffffffffffff0, 7, 2",
        "SH2ADD, 3, 100, 112",
        "ADD_UW, -1, 1, 0x100000000",
        "CZERO_EQZ, 5, 0, 0",
        "CZERO_NEZ, 5, 0, 5",
        "ROL, 0x8000000000000001, 1, 3",
        "BEXT, 0x10, 68, 1",
    })
    void computesAsTheManualSays(Op op, String first, String second, String result) {
        assertThat(Alu.result(op, number(first), number(second))).hasValue(number(result));
    }

    @Test
    void whatItDoesNotKnowHasNoResult() {
        assertThat(Alu.result(Op.FADD_D, 1, 2)).isEmpty();
        assertThat(Alu.wideResult(Op.ADD, 1, 2)).isEmpty();
        assertThat(Alu.unmaskedShift(Op.ADD, 1, 2)).isEmpty();
        assertThat(Alu.otherMaskShift(Op.ADD, 1, 2)).isEmpty();
    }

    private static long number(String text) {
        BigInteger value =
                text.startsWith("0x")
                        ? new BigInteger(text.substring(2), 16)
                        : new BigInteger(text);
        return value.mod(MODULUS).longValue();
    }
}
