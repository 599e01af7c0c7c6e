package dev.lockstep.isa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

final class OpTest {

    @Test
    void knowsTheRegisterFilesOfItsOperands() {
        assertThat(Op.FMADD_D.rs3()).isEqualTo(RegisterFile.F);
        assertThat(Op.FCVT_W_D.rd()).isEqualTo(RegisterFile.X);
        assertThat(Op.FCVT_W_D.rs1()).isEqualTo(RegisterFile.F);
        assertThat(Op.FSD.rs1()).isEqualTo(RegisterFile.X);
        assertThat(Op.FSD.rs2()).isEqualTo(RegisterFile.F);
        assertThat(Op.FSD.rd()).isEqualTo(RegisterFile.NONE);
        assertThat(Op.CSRRWI.rs1()).isEqualTo(RegisterFile.NONE);
        assertThat(Op.FLW.writesF()).isTrue();
        assertThat(Op.SC_D.writesX()).isTrue();
    }

    @Test
    void knowsHowMuchMemoryIsAccessed() {
        assertThat(Op.LHU.width()).isEqualTo(2);
        assertThat(Op.FSD.width()).isEqualTo(8);
        assertThat(Op.AMOADD_W.width()).isEqualTo(4);
        assertThat(Op.ADD.width()).isZero();
    }

    @Test
    void endsBlocksAtTransfersSystemCallsAndCsrAccesses() {
        assertThat(Arrays.stream(Op.values()).filter(Op::endsBlock))
                .containsExactlyInAnyOrder(
                        Op.JAL,
                        Op.JALR,
                        Op.BEQ,
                        Op.BNE,
                        Op.BLT,
                        Op.BGE,
                        Op.BLTU,
                        Op.BGEU,
                        Op.ECALL,
                        Op.EBREAK,
                        Op.MRET,
                        Op.FENCE_I,
                        Op.CSRRW,
                        Op.CSRRS,
                        Op.CSRRC,
                        Op.CSRRWI,
                        Op.CSRRSI,
                        Op.CSRRCI,
                        Op.ILLEGAL);
    }
}
