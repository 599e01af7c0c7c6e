package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DisassemblerTest {

    private static final long PC = 0x10100;

    @Test
    void writesCompressedInstructionsAsEncodedAndAsExpanded() {
        Instruction instruction = Decoder.decode(0x0505);
        assertThat(Disassembler.text(instruction, PC)).isEqualTo("c.addi a0,1");
        assertThat(Disassembler.baseText(instruction, PC)).isEqualTo("addi a0,a0,1");
    }

    @Test
    void writesTargetsAsAddresses() {
        Instruction jump = Decoder.decode(Assembler.encode(Op.JAL, 1, 0, 0, 0, -0x100, 0));
        assertThat(Disassembler.text(jump, PC)).isEqualTo("jal ra,0x10000");
    }

    @Test
    void wrapsTargetsAroundTheAddressSpace() {
        Instruction jump = Decoder.decode(Assembler.encode(Op.JAL, 1, 0, 0, 0, -4, 0));
        assertThat(Disassembler.text(jump, 0)).isEqualTo("jal ra,0xfffffffffffffffc");
    }

    @Test
    void showsTheCodeOfIllegalInstructions() {
        assertThat(Disassembler.text(Decoder.decode(0xffffffff), PC))
                .isEqualTo("illegal 0xffffffff");
        assertThat(Disassembler.text(Decoder.decode(0x8002), PC)).isEqualTo("c.illegal 0x8002");
        assertThat(Disassembler.text(Decoder.decode(0), PC)).isEqualTo("c.unimp");
    }

    @Test
    void namesCsrsThatItKnows() {
        assertThat(Disassembler.text(Decoder.decode(0x00302573), PC))
                .isEqualTo("csrrs a0,fcsr,zero");
        assertThat(Disassembler.text(Decoder.decode(0x12302573), PC))
                .isEqualTo("csrrs a0,0x123,zero");
    }
}
