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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

    /** Returns a program that asks for the interpreter /lib/absent.so. */
    private byte[] dynamic() {
        byte[] name = "/lib/absent.so\0".getBytes(StandardCharsets.US_ASCII);
        program.putInt(FIRST_PROGRAM_HEADER_OFFSET, ProgramHeader.INTERPRETER);
        program.putLong(FIRST_PROGRAM_HEADER_OFFSET + 8, program.capacity());
        program.putLong(FIRST_PROGRAM_HEADER_OFFSET + 32, name.length);
        return ByteBuffer.allocate(program.capacity() + name.length)
                .put(program.array())
                .put(name)
                .array();
    }

    @Test
    void aDynamicProgramIsToldWhatItLacks() throws IOException {
        assertRefused(dynamic(), "dynamically linked", "/lib/absent.so", "--sysroot", "-static");
    }

    @Test
    void anInterpreterThatIsNotInTheSysrootIsMissing() throws IOException {
        Path file = Files.write(directory.resolve("program"), dynamic());
        assertRefused(
                List.of("--sysroot", directory.toString(), file.toString()),
                file + ": is dynamically linked, and " + directory + " has no /lib/absent.so");
    }

    @Test
    void anInterpreterHasToBeAProgram() throws IOException {
        Path file = Files.write(directory.resolve("program"), dynamic());
        Path library = Files.createDirectory(directory.resolve("lib")).resolve("absent.so");
        Files.writeString(library, "text");
        assertRefused(
                List.of("--sysroot", directory.toString(), file.toString()),
                library + ": first bytes: 74 65 78 74 (expected: 7f 45 4c 46, an ELF executable)");
    }

    @Test
    void aSysrootHasToBeADirectory() {
        Path nothing = directory.resolve("nothing");
        assertRefused(
                List.of("--sysroot", nothing.toString(), "program"),
                "'" + nothing + "' is not a directory");
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
        String refusal = refusal(List.of(file.toString()));
        assertThat(refusal).startsWith("error: " + file).contains(words);
        assertThat(refusal.lines()).hasSize(1);
    }

    private static void assertRefused(List<String> arguments, String message) {
        assertThat(refusal(arguments)).startsWith("error: ").contains(message);
    }

    /** Returns what a run of these arguments says instead of starting. */
    private static String refusal(List<String> arguments) {
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setErr(new PrintWriter(err, true));
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(arguments);
        assertThat(command.execute(words.toArray(String[]::new))).isEqualTo(ExitCodes.USAGE);
        return err.toString();
    }
}
