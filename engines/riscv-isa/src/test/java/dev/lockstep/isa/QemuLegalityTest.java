package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Asks qemu-riscv64 which encodings are legal, by executing them (src/test/c/legal.c). */
@Tag("third-party")
final class QemuLegalityTest {

    private static final int PARCELS = 1 << 16;
    private static final int CODES_PER_ROW = 200;

    private static final String PROCESSOR = "rv64,zba=true,zbb=true,zbc=true,zbs=true";

    private final RandomCodes random = new RandomCodes();

    @TempDir Path directory;

    @Test
    void compressedCodesAreLegalWhereTheyAreInQemu() throws Exception {
        assertThatQemuAgreesOn(
                IntStream.range(0, PARCELS).filter(code -> Decoder.length(code) == 2));
    }

    @Test
    void codesNextToLegalOnesAreLegalWhereTheyAreInQemu() throws Exception {
        var flips = new Random(random.seed());
        assertThatQemuAgreesOn(
                InstructionTable.ROWS.stream()
                        .filter(row -> row.pattern().length() == 4)
                        .flatMapToInt(row -> random.of(row, CODES_PER_ROW))
                        .flatMap(code -> IntStream.of(code, code ^ 1 << flips.nextInt(2, 32)))
                        .filter(code -> Decoder.length(code) == 4));
    }

    private void assertThatQemuAgreesOn(IntStream candidates) throws Exception {
        List<Integer> codes =
                candidates
                        .filter(QemuLegalityTest::isSafeToExecute)
                        .filter(code -> !isErrorOfQemu(code))
                        .boxed()
                        .toList();
        List<String> expected = codes.stream().map(QemuLegalityTest::verdict).toList();
        List<String> verdicts = askQemu(codes);
        assertThat(verdicts).hasSameSizeAs(codes);
        Stream<String> actual =
                IntStream.range(0, codes.size())
                        .mapToObj(i -> verdicts.get(i) + " " + describe(codes.get(i)));
        assertThat(actual).as(random.howToRepeat()).containsExactlyElementsOf(expected);
    }

    /** Whether the instruction goes to the next one, and needs no more than the decoder to trap. */
    private static boolean isSafeToExecute(int code) {
        return switch (Decoder.decode(code).op().kind()) {
            case BRANCH, JUMP, JUMP_REGISTER, SYSTEM, CSR -> false;
            default -> true;
        };
    }

    /**
     * Whether this loads, stores or moves whole vector registers, which version 7.2 does on
     * processors that have none ("V" extension, "Vector Load/Store Whole Register Instructions").
     */
    private static boolean isErrorOfQemu(int code) {
        boolean accesses = (code & 0x1ff0005f) == 0x02800007;
        boolean moves = (code & 0xfe00707f) == 0x9e003057;
        return accesses || moves;
    }

    private static String verdict(int code) {
        boolean legal =
                Decoder.decode(code).op() != Op.ILLEGAL
                        && !RecentExtensions.have(Decoder.rule(code).row());
        return (legal ? "1 " : "0 ") + describe(code);
    }

    private static String describe(int code) {
        return "%08x %s".formatted(code, Disassembler.text(Decoder.decode(code), 0));
    }

    private List<String> askQemu(List<Integer> codes) throws Exception {
        var tool = new Tool(directory);
        Path source = Path.of("src/test/c/legal.c").toAbsolutePath();
        tool.run(
                List.of(
                        "riscv64-linux-gnu-gcc",
                        "-O1",
                        "-static",
                        "-fno-pie",
                        "-no-pie",
                        "-Wl,--no-relax",
                        "-o",
                        "legal",
                        source.toString()));
        Path input = directory.resolve("codes");
        Files.write(input, codes.stream().map(Integer::toHexString).toList());
        return tool.run(List.of("qemu-riscv64", "-cpu", PROCESSOR, "legal"), input);
    }
}
