package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

@Tag("third-party")
class OperationsAgainstQemuTest {
    private static final int OPERAND_COUNT = 2000;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyComputingInstructionGivesQemusResultAndFlags(long seed) throws Exception {
        OperationProgram program = new OperationProgram(new Random(seed), OPERAND_COUNT);

        ByteBuffer expected = program.runBy("qemu-riscv64", directory);
        ByteBuffer actual = program.runHere();

        assertThat(expected.remaining()).isEqualTo(actual.remaining());
        assertThat(differences(program, expected, actual)).as("seed %d", seed).isEmpty();
    }

    private static List<String> differences(
            OperationProgram program, ByteBuffer expected, ByteBuffer actual) {
        List<String> differences = new ArrayList<>();
        for (int result = 0; result < program.resultCount() && differences.size() < 50; result++) {
            String wanted = text(expected, result);
            String got = text(actual, result);
            if (!wanted.equals(got)) {
                differences.add(program.describe(result) + ": qemu " + wanted + ", we " + got);
            }
        }
        return differences;
    }

    private static String text(ByteBuffer results, int result) {
        return "%x fcsr %x"
                .formatted(results.getLong(result * 16), results.getLong(result * 16 + 8));
    }
}
