package dev.lockstep.riscv.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

final class GuestProgramTest {
    private static final Path HELLO = Path.of("../programs/bin/hello");

    /** Offset of the first program header, and of fields in it. */
    private static final int HEADERS = 64;

    private static final int HEADER_BYTES = 56;
    private static final int OFFSET = 8;
    private static final int ADDRESS = 16;
    private static final int FILE_SIZE = 32;
    private static final int MEMORY_SIZE = 40;

    @TempDir Path directory;

    private void assertRefused(String name, String... parts) {
        assertThatThrownBy(() -> GuestProgram.read(name, Sysroot.NONE))
                .isInstanceOf(GuestProgramException.class)
                .hasMessageContaining(name)
                .hasMessageContainingAll(parts);
    }

    private String file(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("program"), bytes).toString();
    }

    private String file(ByteBuffer elf) throws IOException {
        byte[] bytes = new byte[elf.capacity()];
        elf.get(0, bytes);
        return file(bytes);
    }

    /** Returns an executable of two segments, of 0x100 bytes each, at 0x10000 and 0x12000. */
    private static ByteBuffer executable() {
        ByteBuffer elf = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 2).putShort((short) 243).putInt(1).putLong(0x10000);
        elf.putLong(HEADERS).putLong(0).putInt(0).putShort((short) 64);
        elf.putShort((short) HEADER_BYTES).putShort((short) 2);
        elf.position(HEADERS);
        putSegment(elf, 5, 0, 0x10000);
        putSegment(elf, 6, 0, 0x12000);
        return elf;
    }

    private static void putSegment(ByteBuffer elf, int flags, long offset, long address) {
        elf.putInt(1).putInt(flags).putLong(offset).putLong(address).putLong(address);
        elf.putLong(0x100).putLong(0x100).putLong(0x1000);
    }

    private void assertNotLoaded(ByteBuffer elf, String... parts) throws IOException {
        GuestProgram program = GuestProgram.read(file(elf), Sysroot.NONE);
        try (GuestMemory memory = new GuestMemory(1 << 20)) {
            assertThatThrownBy(() -> new ProgramImage(program).load(memory, 0))
                    .isInstanceOf(GuestProgramException.class)
                    .hasMessageContainingAll(parts);
        }
    }

    @Test
    void aMissingFileIsRefused() {
        assertRefused(directory.resolve("absent").toString(), "no such file");
    }

    @Test
    void aDirectoryIsRefused() {
        assertRefused(directory.toString(), "is a directory");
    }

    @Test
    void whatIsNoElfFileIsRefused() throws IOException {
        assertRefused(
                file("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII)),
                "23 21 2f 62",
                "ELF executable");
    }

    @Test
    void anotherMachineIsRefused() throws IOException {
        ByteBuffer bytes = executable().putShort(18, (short) 62);
        assertRefused(file(bytes), "machine: x86-64", "RISC-V");
    }

    @Test
    void a32BitProgramIsRefused() throws IOException {
        assertRefused(file(executable().put(4, (byte) 1)), "32-bit", "64-bit");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(HELLO);
        assertRefused(file(Arrays.copyOf(whole, 4000)), "truncated");
    }

    /** Returns an executable that asks for this interpreter, and has its name at 0x300. */
    private static ByteBuffer dynamic(String interpreter) {
        ByteBuffer elf = executable().putInt(HEADERS, 3).putLong(HEADERS + OFFSET, 0x300);
        elf.put(0x300, interpreter.getBytes(StandardCharsets.UTF_8));
        return elf;
    }

    @Test
    void aMissingInterpreterIsNamedAndWhatToDoAboutIt() throws IOException {
        assertRefused(
                file(dynamic("/lib/absent.so")),
                "dynamically linked",
                "this host has no /lib/absent.so",
                "--sysroot DIR",
                "-static");
        Sysroot sysroot = Sysroot.of(directory);
        String name = file(dynamic("/lib/absent.so"));
        assertThatThrownBy(() -> GuestProgram.read(name, sysroot))
                .isInstanceOf(GuestProgramException.class)
                .hasMessageContainingAll(name, directory + " has no /lib/absent.so", "libc6");
    }

    @Test
    void anInterpreterWithoutAPathIsRefused() throws IOException {
        assertRefused(file(dynamic("")), "interpreter: ''", "path");
        assertRefused(file(dynamic("\033[2J")), "interpreter", "path");
        assertRefused(file(dynamic("x".repeat(0x100))), "interpreter", "path");
    }

    @Test
    void anInterpreterIsFoundInTheSysrootAndHasToBeAProgramToo() throws IOException {
        Path library = Files.createDirectories(directory.resolve("lib")).resolve("ld.so");
        String name = file(dynamic("/lib/ld.so"));
        Sysroot sysroot = Sysroot.of(directory);
        Files.write(library, executable().array());
        assertThat(GuestProgram.read(name, sysroot).interpreter().orElseThrow().path())
                .isEqualTo(library);

        Files.writeString(library, "text");
        assertThatThrownBy(() -> GuestProgram.read(name, sysroot))
                .isInstanceOf(GuestProgramException.class)
                .hasMessageContainingAll(library.toString(), "ELF executable");
    }

    @Test
    void segmentsThatOverlapAreRefused() throws IOException {
        assertNotLoaded(executable().putLong(HEADERS + MEMORY_SIZE, 0x2001), "overlap", "0x12000");
    }

    @Test
    void aSegmentOutsideTheMemoryIsRefused() throws IOException {
        ByteBuffer elf = executable().putLong(HEADERS + HEADER_BYTES + ADDRESS, 0x100000);
        assertNotLoaded(elf, "0x100000", "guest memory ends at");
    }

    @Test
    void aSegmentThatEndsFarAboveIsRefused() throws IOException {
        ByteBuffer elf = executable().putLong(HEADERS + HEADER_BYTES + ADDRESS, -0x2000L);
        assertNotLoaded(elf, "guest memory ends at");
    }

    @Test
    void aSegmentAcrossPagesOfTheFileIsRefused() throws IOException {
        assertNotLoaded(executable().putLong(HEADERS + OFFSET, 8), "equal modulo 4096");
    }

    @Test
    void pagesHaveThePermissionsOfTheirSegment() throws IOException {
        GuestProgram program = GuestProgram.read(file(executable()), Sysroot.NONE);
        try (GuestMemory memory = new GuestMemory(1 << 20)) {
            new ProgramImage(program).load(memory, 0);
            assertThat(memory.permissions(0x10fff)).contains(Permissions.READ_EXECUTE);
            assertThat(memory.permissions(0x11000)).isEqualTo(Optional.empty());
            assertThat(memory.permissions(0x12000)).contains(Permissions.READ_WRITE);
        }
    }

    @Test
    void whatFollowsTheFilePartOfASegmentIsZero() throws IOException {
        int second = HEADERS + HEADER_BYTES;
        ByteBuffer elf = executable().putLong(second + FILE_SIZE, 2);
        elf.putLong(second + MEMORY_SIZE, 0x1800);
        GuestProgram program = GuestProgram.read(file(elf), Sysroot.NONE);
        try (GuestMemory memory = new GuestMemory(1 << 20)) {
            new ProgramImage(program).load(memory, 0);
            assertThat(memory.loadLong(0x12000)).isEqualTo(0x457f);
            assertThat(memory.loadLong(0x13ff8)).isZero();
        }
    }
}
