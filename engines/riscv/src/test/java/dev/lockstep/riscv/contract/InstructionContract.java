package dev.lockstep.riscv.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Assembler;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What each instruction does, by {@code instructions.txt}, and that it does nothing else. */
interface InstructionContract extends ExecutorFactory {
    /** Returns the lines of the table. */
    static List<InstructionCase> instructionCases() {
        try (InputStream text = InstructionContract.class.getResourceAsStream("instructions.txt")) {
            return InstructionCase.parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.InstructionContract#instructionCases")
    default void anInstructionChangesWhatTheSpecificationSaysAndNothingElse(
            InstructionCase instructionCase) {
        String instruction = instructionCase.instruction();
        int length = Assembler.assemble(ContractGuest.CODE, instruction).length;
        try (ContractGuest guest = new ContractGuest(this, instruction + "\n ecall")) {
            instructionCase.prepare(guest);
            Map<String, String> before = InstructionCase.state(guest);

            guest.run();

            assertThat(InstructionCase.state(guest))
                    .containsExactlyEntriesOf(instructionCase.expected(before, length));
            assertThat(guest.hart.steps).isEqualTo(1);
        }
    }
}
