package dev.lockstep.riscv.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What computes, on operands where arithmetic goes wrong: compared with qemu-riscv64, and where
 * version 7.2 does not know an instruction with the manual's words.
 */
interface OperationsContract extends ExecutorFactory {
    int OPERAND_COUNT = 2000;
    int MAX_DIFFERENCES = 50;

    /** What Zicond and Zcb make of a0 and a1. */
    Map<String, LongBinaryOperator> RECENT =
            Map.of(
                    "czero.eqz a0,a0,a1", (value, condition) -> condition == 0 ? 0 : value,
                    "czero.nez a0,a0,a1", (value, condition) -> condition != 0 ? 0 : value,
                    "c.zext.b a0", (a, _) -> a & 0xffL,
                    "c.sext.b a0", (a, _) -> a << 56 >> 56,
                    "c.zext.h a0", (a, _) -> a & 0xffffL,
                    "c.sext.h a0", (a, _) -> a << 48 >> 48,
                    "c.zext.w a0", (a, _) -> a & 0xffff_ffffL,
                    "c.not a0", (a, _) -> -1 - a,
                    "c.mul a0,a1", (a, b) -> a * b);

    /** Returns two seeds that are always tried and one that is new, or asked for. */
    static LongStream operationSeeds() {
        return LongStream.of(1, 2, Long.getLong("lockstep.seed", System.nanoTime()));
    }

    @Tag("third-party")
    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.OperationsContract#operationSeeds")
    default void whatComputesGivesQemusResultsAndFlags(long seed, @TempDir Path directory)
            throws Exception {
        OperationProgram program = new OperationProgram(new Random(seed), OPERAND_COUNT);

        ByteBuffer expected = program.runByQemu(directory);
        ByteBuffer actual = program.runBy(this);

        assertThat(expected.remaining()).isEqualTo(actual.remaining());
        assertThat(differences(program, expected, actual)).as("seed %d", seed).isEmpty();
    }

    private static List<String> differences(
            OperationProgram program, ByteBuffer expected, ByteBuffer actual) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < program.resultCount() && differences.size() < MAX_DIFFERENCES; i++) {
            String wanted = text(expected, i);
            String got = text(actual, i);
            if (!wanted.equals(got) && !program.isErrorOfQemu(i)) {
                differences.add(program.describe(i) + ": qemu " + wanted + ", we " + got);
            }
        }
        return differences;
    }

    private static String text(ByteBuffer results, int result) {
        return "%x fcsr %x"
                .formatted(results.getLong(result * 16), results.getLong(result * 16 + 8));
    }

    static Stream<Arguments> recentInstructions() {
        return RECENT.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.OperationsContract#recentInstructions")
    default void whatQemuDoesNotKnowGivesWhatTheManualSays(
            String instruction, LongBinaryOperator meaning) {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        Random random = new Random(seed);
        try (ContractGuest guest = new ContractGuest(this, instruction + "\n ecall")) {
            for (int i = 0; i < OPERAND_COUNT; i++) {
                long a = Operands.row(random)[0];
                long b = random.nextInt(3) == 0 ? 0 : Operands.row(random)[1];
                guest.hart.x[ContractGuest.A0] = a;
                guest.hart.x[ContractGuest.A1] = b;
                guest.hart.pc = ContractGuest.CODE;

                guest.run();

                assertThat(guest.hart.x[ContractGuest.A0])
                        .as("%s of %x and %x; seed %d", instruction, a, b, seed)
                        .isEqualTo(meaning.applyAsLong(a, b));
            }
        }
    }
}
