package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

final class InstructionTableTest {

    private static final int CODES_PER_ROW = 200;
    private static final long PC = 0x40000000;

    /** fm, which assembly text cannot express. */
    private static final int FENCE_MODE = 0xf0000000;

    private final RandomCodes random = new RandomCodes();

    static List<Row> rows() {
        return InstructionTable.ROWS;
    }

    static Stream<Row> baseRows() {
        return rows().stream().filter(row -> !row.expands());
    }

    @Test
    void hasOneBaseRowForEachOp() {
        assertThat(baseRows().map(Row::mnemonic))
                .containsExactlyElementsOf(Arrays.stream(Op.values()).map(Op::mnemonic).toList());
    }

    @Test
    void givesEachBaseEncodingToOneRowOnly() {
        for (Row row : baseRows().filter(row -> !row.mnemonic().equals("illegal")).toList()) {
            random.of(row, CODES_PER_ROW)
                    .forEach(code ->
                            assertThat(baseRows().filter(r -> r.pattern().matches(code)))
                                    .as("%08x; %s", code, random.howToRepeat())
                                    .hasSize(2));
        }
    }

    @ParameterizedTest
    @MethodSource("baseRows")
    void encodesWhatItDecodes(Row row) {
        random.of(row, CODES_PER_ROW)
                .forEach(code ->
                        assertThat(encode(Decoder.decode(code)))
                                .as(random.howToRepeat())
                                .isEqualTo(code));
    }

    private static int encode(Instruction i) {
        return Assembler.encode(i.op(), i.rd(), i.rs1(), i.rs2(), i.rs3(), i.imm(), i.rm());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void assemblesWhatItDisassembles(Row row) {
        random.of(row, CODES_PER_ROW)
                .map(code -> row.mnemonic().equals("fence") ? code & ~FENCE_MODE : code)
                .forEach(code -> assertThatTextAssemblesTo(code));
    }

    private void assertThatTextAssemblesTo(int code) {
        String text = Disassembler.text(Decoder.decode(code), PC);
        byte[] bytes = Assembler.assemble(PC, text);
        int assembled = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            assembled = assembled << Byte.SIZE | Byte.toUnsignedInt(bytes[i]);
        }
        assertThat(assembled).as("%s; %s", text, random.howToRepeat()).isEqualTo(code);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void expandsToTheSameBaseInstruction(Row row) {
        random.of(row, CODES_PER_ROW)
                .mapToObj(Decoder::decode)
                .filter(instruction -> instruction.op() != Op.ILLEGAL)
                .forEach(instruction -> {
                    Instruction base = Decoder.decode(encode(instruction));
                    assertThat(withoutEncoding(base))
                            .as(random.howToRepeat())
                            .isEqualTo(withoutEncoding(instruction));
                });
    }

    private static Instruction withoutEncoding(Instruction i) {
        return new Instruction(i.op(), i.rd(), i.rs1(), i.rs2(), i.rs3(), i.imm(), i.rm(), 0, 0);
    }
}
