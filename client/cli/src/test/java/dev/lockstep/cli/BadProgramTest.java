package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.elf.ProgramHeader;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs our engines cannot run: one clear message, exit code 2, nothing is started. */
final class BadProgramTest {
    private static final int CLASS_OFFSET = 4;
    private static final int TYPE_OFFSET = 16;
    private static final int MACHINE_OFFSET = 18;
    private static final int FIRST_PROGRAM_HEADER_OFFSET = 64;

    @TempDir private Path directory;
    private ByteBuffer program = ByteBuffer.allocate(0);

    @BeforeEach
    void startFromAGoodProgram() throws IOException {
        byte[] hello = Files.readAllBytes(Path.of("../../engines/programs/bin/hello"));
        program = ByteBuffer.wrap(hello).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void textIsNoElf() throws IOException {
        assertRefused(
                "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII),
                "23 21 2f 62",
                "an ELF executable");
    }

    @Test
    void anEmptyFileIsNoElf() throws IOException {
        assertRefused(new byte[0], "the file is empty");
    }

    @Test
    void anotherMachineIsNamed() throws IOException {
        assertRefused(program.putShort(MACHINE_OFFSET, (short) 62).array(), "x86-64", "RISC-V");
    }

    @Test
    void rv32IsNot64Bit() throws IOException {
        assertRefused(program.put(CLASS_OFFSET, (byte) 1).array(), "32-bit", "64-bit");
    }

    @Test
    void anObjectFileIsNotLinked() throws IOException {
        assertRefused(program.putShort(TYPE_OFFSET, (short) 1).array(), "relocatable object");
    }

    @Test
    void aTruncatedFileIsCalledThat() throws IOException {
        assertRefused(Arrays.copyOf(program.array(), 50), "truncated");
        assertRefused(Arrays.copyOf(program.array(), 100), "truncated");
        assertRefused(Arrays.copyOf(program.array(), 5000), "truncated");
    }

    @Test
    void aDynamicProgramIsToldHowToBecomeStatic() throws IOException {
        program.putInt(FIRST_PROGRAM_HEADER_OFFSET, ProgramHeader.INTERPRETER);
        assertRefused(program.array(), "dynamically linked", "-static");
    }

    @Test
    void aDirectoryIsNoProgram() {
        assertRefused(directory, "is a directory");
    }

    @Test
    void aDeviceIsNoProgram() {
        assertRefused(Path.of("/dev/zero"), "is no regular file");
    }

    @Test
    void aFileOfManyGibibytesIsTooLarge() throws IOException {
        Path huge = directory.resolve("huge");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(6L << 30);
        }
        assertRefused(huge, "6442450944 bytes", "at most 2147483647");
    }

    @Test
    void aMissingFileIsMissing() {
        assertRefused(directory.resolve("nothing"), "no such file");
    }

    private void assertRefused(byte[] content, String... words) throws IOException {
        assertRefused(Files.write(directory.resolve("program"), content), words);
    }

    private static void assertRefused(Path file, String... words) {
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));
        assertThat(command.execute("run", file.toString())).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).startsWith("error: " + file).contains(words);
        assertThat(err.toString().lines()).hasSize(1);
    }
}
