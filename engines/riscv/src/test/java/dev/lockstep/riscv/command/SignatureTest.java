package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.ProgramImage;
import dev.lockstep.riscv.memory.GuestMemory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class SignatureTest {
    private static final int TRAPS_SIGNATURE_BYTES = 1024;

    @TempDir private Path directory;

    private static GuestProgram program(String name) {
        return GuestProgram.read("../programs/bin/" + name, Sysroot.NONE);
    }

    @Test
    void aSignatureIsALineOfEightDigitsForEveryFourBytes() throws IOException {
        GuestProgram traps = program("bare/traps");
        long begin = traps.elf().readSymbols().find("begin_signature").orElseThrow().address();
        Path file = directory.resolve("signature");
        try (GuestMemory memory = new GuestMemory(BareMachine.MEMORY_BYTES)) {
            new ProgramImage(traps).load(memory, 0);
            memory.storeLong(begin + 4, 0xfedcba9876543210L);
            Signature signature = Signature.of(traps, file);
            assertThat(file).isEmptyFile();
            signature.write(memory);
        }
        assertThat(Files.readAllLines(file))
                .hasSize(TRAPS_SIGNATURE_BYTES / 4)
                .startsWith("00000000", "76543210", "fedcba98", "00000000");
    }

    @Test
    void aProgramWithoutTheSymbolsHasNone() {
        GuestProgram hello = program("bare/hello");
        assertThatIOException()
                .isThrownBy(() -> Signature.of(hello, directory.resolve("signature")))
                .withMessageContaining("no symbol begin_signature")
                .withMessageEndingWith("leave --signature away");
    }
}
