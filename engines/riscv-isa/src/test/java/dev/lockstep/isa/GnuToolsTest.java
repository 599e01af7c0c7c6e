package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares assembly text with the GNU assembler's and disassembler's (binutils 2.40). */
@Tag("third-party")
final class GnuToolsTest {

    private static final String PREFIX = "riscv64-linux-gnu-";
    private static final String ARCHITECTURE = "-march=rv64gc_zihintpause_zba_zbb_zbc_zbs";
    private static final int CODES_PER_ROW = 50;
    private static final long ORIGIN = 0x40000000;

    /** {@code 10634: 00113423 sd ra,8(sp)}. */
    private static final Pattern LISTING =
            Pattern.compile(" *(?<address>[0-9a-f]+):\t(?<code>[0-9a-f]+) *\t(?<text>.*)");

    private final RandomCodes random = new RandomCodes();

    @TempDir Path directory;

    @Test
    void gnuAssemblerGivesTheSameCode() throws Exception {
        List<Integer> codes = randomCodes();
        var source = new StringBuilder(".option norelax\n");
        for (int code : codes) {
            Instruction instruction = Decoder.decode(code);
            source.append(instruction.length() == 2 ? ".option rvc\n" : ".option norvc\n");
            source.append(withRelativeTarget(instruction)).append('\n');
        }
        Files.writeString(directory.resolve("random.s"), source);
        run("as", ARCHITECTURE, "-o", "random.o", "random.s");
        run("objcopy", "-O", "binary", "-j", ".text", "random.o", "random.bin");
        assertThat(codesIn(Files.readAllBytes(directory.resolve("random.bin"))))
                .as(random.howToRepeat())
                .containsExactlyElementsOf(codes);
    }

    @Test
    void gnuDisassemblerGivesTheSameTextOfRandomCode() throws Exception {
        List<Integer> codes = randomCodes();
        var source = new StringBuilder();
        for (int code : codes) {
            source.append(".insn %d, 0x%x\n".formatted(Decoder.length(code), code));
        }
        Files.writeString(directory.resolve("random.s"), source);
        run("as", ARCHITECTURE, "-o", "random.o", "random.s");
        List<String> listing =
                run(
                        "objdump",
                        "-d",
                        "-z",
                        "-M",
                        "no-aliases",
                        "--adjust-vma=" + ORIGIN,
                        "random.o");
        assertThat(countEqualLines(listing)).isEqualTo(codes.size());
    }

    @Test
    void gnuDisassemblerGivesTheSameTextOfARealProgram() throws Exception {
        Path source = directory.resolve("hello.c");
        Files.writeString(
                source,
                """
                #include <math.h>
                #include <stdio.h>
                int main(int argc, char **argv) { return printf("%f\\n", sqrt(argc)) < 0; }
                """);
        run("gcc", "-O2", "-static", "-o", "hello", source.toString(), "-lm");
        List<String> listing = run("objdump", "-d", "-z", "-M", "no-aliases", "hello");
        assertThat(countEqualLines(listing)).isGreaterThan(50_000);
    }

    private List<Integer> randomCodes() {
        return InstructionTable.ROWS.stream()
                .filter(row -> !row.baseMnemonic().equals("illegal"))
                .filter(row -> !RecentExtensions.have(row))
                .flatMap(row -> random.of(row, CODES_PER_ROW).boxed())
                .map(GnuToolsTest::withNamedCsr)
                .filter(GnuToolsTest::isKnownToGnuTools)
                .toList();
    }

    /** Replaces a CSR that has no name here, but may have one there. */
    private static int withNamedCsr(int code) {
        Instruction i = Decoder.decode(code);
        return i.op().kind() == Kind.CSR && Csr.of((int) i.imm()).isEmpty()
                ? Assembler.encode(i.op(), i.rd(), i.rs1(), 0, 0, Csr.FCSR.number(), 0)
                : code;
    }

    /**
     * GNU tools know no fence with an empty set or a reserved mode, and give conversions that are
     * always exact no rounding mode.
     */
    private static boolean isKnownToGnuTools(int code) {
        Instruction instruction = Decoder.decode(code);
        String text = Disassembler.text(instruction, 0);
        return switch (instruction.op()) {
            case FENCE -> Assembler.encode(text) == code && !text.contains("0");
            case FCVT_D_S, FCVT_D_W, FCVT_D_WU -> instruction.rm() == 0;
            default -> true;
        };
    }

    /** Writes targets as distances, which the assembler resolves without a linker. */
    private static String withRelativeTarget(Instruction instruction) {
        String text = Disassembler.text(instruction, 0);
        return switch (instruction.op().kind()) {
            case BRANCH, JUMP ->
                    text.replaceFirst("0x[0-9a-f]+$", ".%+d".formatted(instruction.imm()));
            default -> text;
        };
    }

    /** Returns how many instructions a listing has, all of which must have the same text here. */
    private int countEqualLines(List<String> listing) {
        int count = 0;
        for (String line : listing) {
            Matcher parts = LISTING.matcher(line);
            if (parts.matches() && !parts.group("text").startsWith(".")) {
                Instruction instruction =
                        Decoder.decode(HexFormat.fromHexDigits(parts.group("code")));
                long pc = HexFormat.fromHexDigitsToLong(parts.group("address"));
                assertThat(plain(Disassembler.text(instruction, pc)))
                        .as("%s; %s", line, random.howToRepeat())
                        .isEqualTo(plainGnu(parts.group("text")));
                count++;
            }
        }
        return count;
    }

    /** Writes c.nop as objdump does without aliases, and numbers without 0x. */
    private static String plain(String text) {
        return text.replace("0x", "")
                .replaceFirst("^c\\.nop$", "c.addi zero,0")
                .replaceFirst("^c\\.nop ", "c.addi zero,");
    }

    private static String plainGnu(String text) {
        return text.replaceFirst(" *[#<].*", "").replace('\t', ' ').replace("0x", "").strip();
    }

    private static List<Integer> codesIn(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        var codes = new ArrayList<Integer>();
        while (buffer.remaining() >= 2) {
            int parcel = Short.toUnsignedInt(buffer.getShort(buffer.position()));
            boolean compressed = Decoder.length(parcel) == 2;
            codes.add(compressed ? parcel : buffer.getInt(buffer.position()));
            buffer.position(buffer.position() + Decoder.length(parcel));
        }
        return codes;
    }

    private List<String> run(String tool, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of(PREFIX + tool));
        command.addAll(List.of(arguments));
        return new Tool(directory).run(command);
    }
}
