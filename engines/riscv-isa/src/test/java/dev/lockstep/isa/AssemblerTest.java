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
            })
    void encodesOneInstruction(String text, String code) {
        assertThat(HexFormat.of().toHexDigits(Assembler.encode(text))).isEqualTo(code);
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
