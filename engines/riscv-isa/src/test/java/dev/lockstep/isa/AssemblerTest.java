package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;

final class AssemblerTest {

    /** Encodings as riscv64-linux-gnu-as 2.40 gives them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addi a0, a1, -3          | ffd58513",
                "addi x10,x11,0xd         | 00d58513",
                "lw s0,-4(fp)             | ffc42403",
                "sd a0,8(a1)              | 00a5b423",
                "lui a0,0xfffff           | fffff537",
                "fence iorw,iorw          | 0ff0000f",
                "fence.tso                | 8330000f",
                "csrrwi zero,fflags,3     | 0011d073",
                "csrrs a0,0x123,a1        | 1235a573",
                "unimp                    | c0001073",
                "amoadd.d.aqrl a0,a1,(a2) | 06b6352f",
                "fadd.s fa0,fa1,fa2       | 00c5f553",
                "fadd.s fa0,fa1,fa2,rtz   | 00c59553",
                "fcvt.d.w fa0,a0          | d2050553",
                "c.addi16sp sp,-32        | 0000713d",
                "c.lwsp a0,4(sp)          | 00004512",
                "sh2add.uw a0,a1,a2       | 20c5c53b",
                "slli.uw a0,a1,63         | 0bf5951b",
                "rori a0,a1,63            | 63f5d513",
                "rev8 a0,a1               | 6b85d513",
            })
    void encodesOneInstruction(String text, String code) {
        assertThat(HexFormat.of().toHexDigits(Assembler.encode(text))).isEqualTo(code);
    }

    /** By hand from the manual's listings of Zicond and Zcb, which binutils 2.40 does not know. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "czero.eqz a0,a1,a2 | 0ec5d533 # 0000111 01100 01011 101 01010 0110011",
                "czero.nez a0,a1,a2 | 0ec5f533 # 0000111 01100 01011 111 01010 0110011",
                "c.lbu a0,1(a1)     | 000081c8 # 100 000 011 10 010 00",
                "c.lbu a0,2(a1)     | 000081a8 # 100 000 011 01 010 00",
                "c.lhu a0,2(a1)     | 000085a8 # 100 001 011 01 010 00",
                "c.lh a0,2(a1)      | 000085e8 # 100 001 011 11 010 00",
                "c.sb a0,2(a1)      | 000089a8 # 100 010 011 01 010 00",
                "c.sh a0,2(a1)      | 00008da8 # 100 011 011 01 010 00",
                "c.zext.b a0        | 00009d61 # 100 111 010 11 000 01",
                "c.sext.b a0        | 00009d65 # 100 111 010 11 001 01",
                "c.zext.h a0        | 00009d69 # 100 111 010 11 010 01",
                "c.sext.h a0        | 00009d6d # 100 111 010 11 011 01",
                "c.zext.w a0        | 00009d71 # 100 111 010 11 100 01",
                "c.not a0           | 00009d75 # 100 111 010 11 101 01",
                "c.mul a0,a1        | 00009d4d # 100 111 010 10 011 01",
            })
    void encodesWhatGnuToolsDoNotKnowYet(String text, String code) {
        assertThat(HexFormat.of().toHexDigits(Assembler.encode(text)))
                .isEqualTo(code.replaceFirst(" #.*", ""));
    }

    @Test
    void resolvesLabelsInBothDirections() {
        byte[] program =
                Assembler.assemble(
                        0x1000,
                        """
                        again:
                            addi a0,a0,-1       # at 0x1000
                            bne a0,zero,again   # at 0x1004
                            c.j end             # at 0x1008
                            c.nop               # at 0x100a
                        end:
                            ecall               # at 0x100c
                        """);
        assertThat(HexFormat.of().formatHex(program))
                .isEqualTo("1305f5ff" + "e31e05fe" + "11a0" + "0100" + "73000000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frobnicate a0    | instruction: frobnicate a0 (expected: mnemonic and operands",
                "addi a0,a1       | instruction: addi a0,a1 (expected: mnemonic and operands",
                "addi a0,a1,2048  | addi a0,a1,2048: imm: 2048 (expected:",
                "addi a0,f1,0     | addi a0,f1,0: register: f1 (expected: one of [zero, ra",
                "jal ra,0x1001    | jal ra,0x1001: imm: 4097 (expected:",
                "jal ra,nowhere   | jal ra,nowhere:",
                "c.lw a0,0(t6)    | c.lw a0,0(t6): rs1: 31 (expected:",
                "c.addi4spn a0,a1,4 | operands: a0,a1,4 (expected: rd,sp,imm)",
                "c.lui sp,0x1     | encoding: 0x6105 (expected: one that is not c.addi16sp)",
                "fadd.s fa0,fa1,fa2,up | rounding mode: up (expected: one of [rne",
                "fence rwx,rw     | fence set: rwx (expected: some of iorw, or 0)",
                "csrrs a0,nope,a1 | csr: nope (expected:",
            })
    void saysWhatItCannotAssemble(String text, String message) {
        assertThatThrownBy(() -> Assembler.encode(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
