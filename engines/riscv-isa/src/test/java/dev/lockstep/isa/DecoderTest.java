package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.IntStream;

final class DecoderTest {

    private static final int CODES_PER_QUADRANT = 1 << 14;

    @Test
    void readsTheLengthFromTheTwoLowBits() {
        assertThat(Decoder.length(0x8082)).isEqualTo(2);
        assertThat(Decoder.length(0x0001)).isEqualTo(2);
        assertThat(Decoder.length(0x4508)).isEqualTo(2);
        assertThat(Decoder.length(0x00000013)).isEqualTo(4);
    }

    @Test
    void ignoresTheParcelAfterACompressedInstruction() {
        assertThat(Decoder.decode(0xffff_8082)).isEqualTo(Decoder.decode(0x8082));
    }

    @Test
    void expandsCompressedInstructions() {
        assertThat(Decoder.decode(0xe406))
                .isEqualTo(new Instruction(Op.SD, 0, 2, 1, 0, 8, 0, 2, 0xe406));
    }

    @Test
    void keepsOrderingBitsOfAtomicsInRm() {
        assertThat(Decoder.decode(Assembler.encode("lr.w.aq a0,(a1)")).rm()).isEqualTo(0b10);
        assertThat(Decoder.decode(Assembler.encode("sc.d.rl a0,a2,(a1)")).rm()).isEqualTo(0b01);
    }

    /** The manual's RVC listing with Zcb: all but what it reserves. */
    @ParameterizedTest
    @CsvSource({
        // c.addi4spn with immediate 0 is reserved, and of Zcb's major all but five instructions.
        "0, 15224 # 7 * 2048 - 8 + 2 * 256 + 3 * 128",
        // c.addiw with rd 0; c.lui and c.addi16sp with immediate 0; two operations on one register.
        "1, 16272 # 16384 - 64 - 32 - 2 * 8",
        // c.lwsp and c.ldsp with rd 0; c.jr with rs1 0.
        "2, 16255 # 16384 - 64 - 64 - 1"
    })
    void acceptsAllOfRvcButTheReservedEncodings(int quadrant, String legalCount) {
        long legal =
                IntStream.range(0, CODES_PER_QUADRANT)
                        .map(code -> code << 2 | quadrant)
                        .filter(code -> Decoder.decode(code).op() != Op.ILLEGAL)
                        .count();
        assertThat(legal).isEqualTo(Long.parseLong(legalCount.replaceFirst(" #.*", "")));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x0000, // all zeros
                0x0004, // c.addi4spn a1,sp,0
                0x2001, // c.addiw zero,0
                0x6101, // c.addi16sp sp,0
                0x6081, // c.lui ra,0
                0x4002, // c.lwsp zero,0(sp)
                0x6002, // c.ldsp zero,0(sp)
                0x8002, // c.jr zero
                0x8c40, // quadrant 0, 100011 with bit 6
                0x9000, // quadrant 0, 100100
                0x9c79, // quadrant 1, one-register operation 110
                0x9c7d, // quadrant 1, one-register operation 111
                0xffffffff,
                0x0205151b, // slliw a0,a0,32
                0x4205551b, // sraiw a0,a0,32
                0x1015a52f, // lr.w with rs2 1
                0x00c5d553, // fadd.s, rounding mode 5
                0x00c5e553, // fadd.s, rounding mode 6
                0x04c5f543, // fmadd with format 2
                0x00007003, // load with the missing width
                0x0000001f, // 48-bit encoding
                0x0815c53b, // zext.h with rs2 1
                0x6035951b, // a fourth count of a word
                0x6055d51b | 1 << 25, // roriw by 32 or more
            })
    void refusesReservedEncodings(int code) {
        assertThat(Decoder.decode(code).op()).isEqualTo(Op.ILLEGAL);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0ff0000f, FENCE",
        "0xfff0000f, FENCE",
        "0x0ff5058f, FENCE",
        "0x0000000f, FENCE",
        "0x8330000f, FENCE",
        "0x0100000f, FENCE",
        "0xfff5958f, FENCE_I",
    })
    void takesFencesWithReservedFieldsAsFences(String code, Op op) {
        assertThat(Decoder.decode((int) (long) Long.decode(code)).op()).isEqualTo(op);
    }

    @ParameterizedTest
    @CsvSource({
        "0x0001, ADDI, c.nop",
        "0x0015, ADDI, c.nop 5",
        "0x0501, ADDI, 'c.addi a0,0'",
        "0x4015, ADDI, 'c.li zero,5'",
        "0x6015, LUI, 'c.lui zero,0x5'",
        "0x0012, SLLI, 'c.slli zero,0x4'",
        "0x0502, SLLI, c.slli64 a0",
        "0x802a, ADD, 'c.mv zero,a0'",
        "0x902a, ADD, 'c.add zero,a0'",
    })
    void takesHintsAsTheInstructionsTheyAre(String code, Op op, String text) {
        Instruction hint = Decoder.decode(Integer.decode(code));
        assertThat(hint.op()).isEqualTo(op);
        assertThat(Disassembler.text(hint, 0)).isEqualTo(text);
    }

    @Test
    void decodesUnimpAsTheCsrAccessItIs() {
        Instruction unimp = Decoder.decode(0xc0001073);
        assertThat(unimp.op()).isEqualTo(Op.CSRRW);
        assertThat(unimp.imm()).isEqualTo(Csr.CYCLE.number());
    }
}
