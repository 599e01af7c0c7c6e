package dev.lockstep.isa.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

final class ElfFileTest {

    @Test
    void readsWhatALoaderNeeds() {
        ElfFile file = new ElfImage().parse();
        assertThat(file.entry()).isEqualTo(ElfImage.BASE + 4);
        assertThat(file.isPositionIndependent()).isFalse();
        assertThat(file.programHeaderOffset()).isEqualTo(ElfImage.PROGRAM_HEADER);
        assertThat(file.programHeaders())
                .singleElement()
                .satisfies(segment -> {
                    assertThat(segment.type()).isEqualTo(ProgramHeader.LOAD);
                    assertThat(segment.address()).isEqualTo(ElfImage.BASE);
                    assertThat(file.content(segment).remaining()).isEqualTo(ElfImage.CODE_SIZE);
                });
    }

    @Test
    void tellsPositionIndependentFiles() {
        ElfFile file = new ElfImage().withShort(ElfImage.TYPE_OFFSET, 3).parse();
        assertThat(file.isPositionIndependent()).isTrue();
    }

    @ParameterizedTest
    @MethodSource
    void saysWhyAFileIsRefused(ElfImage image, String message) {
        assertThatThrownBy(image::parse)
                .isInstanceOf(ElfFormatException.class)
                .hasMessageStartingWith("guest: " + message);
    }

    static Stream<Arguments> saysWhyAFileIsRefused() {
        return Stream.of(
                arguments(
                        new ElfImage().withByte(ElfImage.CLASS_OFFSET, 1),
                        "class: 32-bit (expected: 64-bit)"),
                arguments(
                        new ElfImage().withByte(ElfImage.BYTE_ORDER_OFFSET, 2),
                        "byte order: big-endian (expected: little-endian)"),
                arguments(
                        new ElfImage().withShort(ElfImage.MACHINE_OFFSET, 62),
                        "machine: x86-64 (expected: RISC-V; build the program with a riscv64"),
                arguments(
                        new ElfImage().withShort(ElfImage.MACHINE_OFFSET, 0xfffe),
                        "machine: number 65534 (expected: RISC-V"),
                arguments(
                        new ElfImage().withShort(ElfImage.TYPE_OFFSET, 1),
                        "type: relocatable object (expected: an executable"),
                arguments(
                        new ElfImage().withShort(ElfImage.PROGRAM_HEADER_COUNT_OFFSET, 0),
                        "program headers: 0 (expected: at least 1)"),
                arguments(
                        new ElfImage().withShort(ElfImage.PROGRAM_HEADER_SIZE_OFFSET, 32),
                        "program header size: 32 (expected: 56 bytes)"),
                arguments(
                        new ElfImage().withLong(ElfImage.PROGRAM_HEADER_OFFSET_OFFSET, -8),
                        "program headers: 56 bytes at offset 18446744073709551608 (expected: "),
                arguments(
                        new ElfImage().withLong(ElfImage.SEGMENT_OFFSET_OFFSET, 1 << 20),
                        "segment: 64 bytes at offset 1048576 (expected: inside the file"),
                arguments(
                        new ElfImage().withLong(ElfImage.SEGMENT_FILE_SIZE_OFFSET, -1),
                        "segment: 18446744073709551615 bytes at offset 120 (expected: "),
                arguments(
                        new ElfImage().withLong(ElfImage.SEGMENT_MEMORY_SIZE_OFFSET, 63),
                        "segment memory size: 63 (expected: at least its size in the file, 64)"),
                arguments(
                        new ElfImage().withLong(ElfImage.SEGMENT_ADDRESS_OFFSET, -16),
                        "segment: 64 bytes at address 0xfffffffffffffff0 (expected: an end"));
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> parse(new byte[0]))
                .hasMessage(
                        "guest: size: 0 bytes (expected: an ELF executable; the file is empty)");
    }

    @Test
    void refusesAScript() {
        byte[] script = "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> parse(script))
                .hasMessage(
                        "guest: first bytes: 23 21 2f 62 (expected: 7f 45 4c 46, an ELF"
                                + " executable)");
    }

    @Test
    void refusesAFileThatEndsAnywhereBeforeItsSegments() {
        byte[] whole = new ElfImage().toArray();
        int end = ElfImage.PROGRAM_HEADER + ProgramHeader.SIZE + ElfImage.CODE_SIZE;
        for (int length = 0; length < end; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> parse(part)).isInstanceOf(ElfFormatException.class);
        }
    }

    @Test
    void loadsAFileThatEndsAnywhereInItsSymbolsButWithoutThem() {
        byte[] whole = new ElfImage().toArray();
        int end = ElfImage.PROGRAM_HEADER + ProgramHeader.SIZE + ElfImage.CODE_SIZE;
        for (int length = end; length < whole.length; length++) {
            ElfFile file = parse(Arrays.copyOf(whole, length));
            assertThat(file.readSymbols().size()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void neverFailsInAnyOtherWayOnSpoiledFiles(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] spoiled = new ElfImage().toArray();
            for (int j = 0; j < 4; j++) {
                spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt();
            }
            assertThat(readsOrRefuses(spoiled)).isTrue();
        }
    }

    private static boolean readsOrRefuses(byte[] bytes) {
        try {
            return parse(bytes).readSymbols().size() >= 0;
        } catch (ElfFormatException e) {
            return e.toString().contains("guest: ");
        }
    }

    private static ElfFile parse(byte[] bytes) {
        return ElfFile.parse("guest", ByteBuffer.wrap(bytes));
    }
}
