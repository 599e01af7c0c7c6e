package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

@Tag("third-party")
class InitialImageQemuTest {
    private static final Path PROGRAMS = Path.of("../programs/bin").toAbsolutePath().normalize();
    private static final int RANDOM_BYTES = 16;

    /** The C library that came with the cross compiler. */
    private static final Sysroot SYSROOT = Sysroot.of(Path.of("/usr/riscv64-linux-gnu"));

    @TempDir Path directory;

    static Stream<Arguments> programsAndArguments() {
        return Stream.of("hello", "hello-pie", "exit-status", "dynamic", "dynamic-pie")
                .flatMap(program ->
                        Stream.of(
                                        List.<String>of(),
                                        List.of("a"),
                                        List.of("", "two", "three"),
                                        List.of("x".repeat(15), "y"),
                                        List.of("x".repeat(16), "y", "z"),
                                        List.of("long".repeat(3000)))
                                .map(arguments -> Arguments.of(program, arguments)));
    }

    @ParameterizedTest
    @MethodSource("programsAndArguments")
    void stackAndRegistersAtEntryEqualThoseOfQemu(String name, List<String> rest) throws Exception {
        Path path = program(name);
        List<String> arguments = Stream.concat(Stream.of(path.toString()), rest.stream()).toList();
        Hart hart = new Hart();
        try (GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
                QemuStub qemu = new QemuStub(directory, SYSROOT, path, arguments, List.of())) {
            boot(path, arguments, List.of(), memory, hart);
            long[] expected = qemu.registers();

            assertThat(hart.x).isEqualTo(Arrays.copyOf(expected, 32));
            assertThat(hart.pc).isEqualTo(expected[32]);
            int stackBytes = (int) (stackTop(memory, hart) - hart.x[2]);
            assertThat(withoutRandom(memory, hart, read(memory, hart.x[2], stackBytes)))
                    .isEqualTo(withoutRandom(memory, hart, qemu.memory(hart.x[2], stackBytes)));
        }
    }

    @Test
    void theEnvironmentStandsWhereQemuHasIt() throws Exception {
        Path path = PROGRAMS.resolve("hello");
        List<String> arguments = List.of(path.toString());
        Hart hart = new Hart();
        try (GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
                QemuStub qemu =
                        new QemuStub(
                                directory, SYSROOT, path, arguments, List.of("A=1", "LONG=b c"))) {
            boot(path, arguments, List.of("LONG=b c", "A=1"), memory, hart);

            assertThat(hart.x[2]).isEqualTo(qemu.registers()[2]);
            int stackBytes = (int) (stackTop(memory, hart) - hart.x[2]);
            assertThat(withoutRandom(memory, hart, read(memory, hart.x[2], stackBytes)))
                    .isEqualTo(withoutRandom(memory, hart, qemu.memory(hart.x[2], stackBytes)));
        }
    }

    @ParameterizedTest
    @MethodSource("programsAndArguments")
    void everyPageOfTheProgramEqualsThatOfQemu(String name, List<String> rest) throws Exception {
        Path path = program(name);
        List<String> arguments = Stream.concat(Stream.of(path.toString()), rest.stream()).toList();
        Hart hart = new Hart();
        try (GuestMemory memory = new GuestMemory(GuestMemory.LINUX_SIZE_BYTES);
                QemuStub qemu = new QemuStub(directory, SYSROOT, path, arguments, List.of())) {
            boot(path, arguments, List.of(), memory, hart);
            long stack = hart.x[2] & -GuestMemory.PAGE_BYTES;
            memory.forEachUsedPage(page -> {
                if (page < stack || page >= stackTop(memory, hart)) {
                    assertThat(read(memory, page, GuestMemory.PAGE_BYTES))
                            .as("page 0x%x", page)
                            .isEqualTo(readUnchecked(qemu, page));
                }
            });
        }
    }

    /** Returns a program that is there, or is made here and dynamically linked. */
    private Path program(String name) throws Exception {
        if (!name.startsWith("dynamic")) {
            return PROGRAMS.resolve(name);
        }
        // With the thread's variable it has 11 program headers: the number that is also AT_UID.
        Path source =
                Files.writeString(
                        directory.resolve("one.c"),
                        "__thread int one = 1; int main() { return one; }");
        Path program = directory.resolve(name);
        List<String> command =
                List.of(
                        "riscv64-linux-gnu-gcc",
                        name.endsWith("-pie") ? "-pie" : "-no-pie",
                        source.toString(),
                        "-o",
                        program.toString());
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return program;
    }

    private static byte[] readUnchecked(QemuStub qemu, long page) {
        try {
            return qemu.memory(page, GuestMemory.PAGE_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void boot(
            Path path,
            List<String> arguments,
            List<String> environment,
            GuestMemory memory,
            Hart hart) {
        LinuxMachine.boot(
                GuestProgram.read(path.toString(), SYSROOT),
                new Launch(arguments, environment, "", SYSROOT),
                memory,
                hart,
                InputSource.HOST,
                HostCallListener.NONE,
                GuestEvents.NONE,
                note -> {});
    }

    private static long stackTop(GuestMemory memory, Hart hart) {
        long top = hart.x[2] & -GuestMemory.PAGE_BYTES;
        while (memory.permissions(top).isPresent() && memory.permissions(top).get().write()) {
            top += GuestMemory.PAGE_BYTES;
        }
        return top;
    }

    private static byte[] withoutRandom(GuestMemory memory, Hart hart, byte[] stack) {
        long address = hart.x[2];
        while (memory.loadLong(address) != 25) {
            address += Long.BYTES;
        }
        int offset = (int) (memory.loadLong(address + Long.BYTES) - hart.x[2]);
        Arrays.fill(stack, offset, offset + RANDOM_BYTES, (byte) 0);
        return stack;
    }

    private static byte[] read(GuestMemory memory, long address, int length) {
        byte[] bytes = new byte[length];
        assertThat(memory.read(address, bytes, 0, length)).isTrue();
        return bytes;
    }
}
