package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;

import org.junit.jupiter.api.Test;

class RecompilerTest {
    @Test
    void executesALoopToTheEcall() {
        try (var program =
                new GuestProgram(
                        """
                        addi a0,x0,0
                        addi a1,x0,100
                        loop:
                        add a0,a0,a1
                        addi a1,a1,-1
                        bne a1,x0,loop
                        lui t0,0x80
                        sd a0,8(t0)
                        ecall
                        """)) {
            Stop stop = program.recompiler(null).run(Long.MAX_VALUE);

            assertThat(stop).isEqualTo(Stop.ECALL);
            assertThat(program.hart.x[10]).isEqualTo(5050);
            assertThat(program.hart.steps).isEqualTo(304);
            assertThat(program.hart.pc).isEqualTo(GuestProgram.CODE + 28);
            assertThat(program.memory.loadLong(GuestProgram.DATA + 8)).isEqualTo(5050);
        }
    }
}
