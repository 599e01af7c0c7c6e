package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;

import org.junit.jupiter.api.Test;

class RecompilerTest {
    private static final String SUM_TO_100 =
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
            """;

    @Test
    void executesALoopToTheEcall() {
        try (var program = new TinyGuest(SUM_TO_100)) {
            Stop stop = program.free().run(Long.MAX_VALUE);

            assertThat(stop).isEqualTo(Stop.ECALL);
            assertThat(program.hart.x[10]).isEqualTo(5050);
            assertThat(program.hart.steps).isEqualTo(304);
            assertThat(program.hart.blocks).isEqualTo(100);
            assertThat(program.hart.openSteps).isEqualTo(2);
            assertThat(program.hart.pc).isEqualTo(TinyGuest.CODE + 28);
            assertThat(program.memory.loadLong(TinyGuest.DATA + 8)).isEqualTo(5050);
        }
    }

    @Test
    void stopsAtTheFirstBlockEndAtOrBeyondTheLimit() {
        try (var program = new TinyGuest(SUM_TO_100)) {
            Stop stop = program.free().run(6);

            assertThat(stop).isEqualTo(Stop.LIMIT);
            assertThat(program.hart.steps).isEqualTo(8);
            assertThat(program.hart.pc).isEqualTo(TinyGuest.CODE + 8);
        }
    }

    @Test
    void executesNothingAtTheLimit() {
        try (var program = new TinyGuest(SUM_TO_100)) {
            assertThat(program.free().run(0)).isEqualTo(Stop.LIMIT);
            assertThat(program.hart.steps).isZero();
        }
    }

    @Test
    void countsEveryEffectInTheOpenRecord() {
        try (var program =
                new TinyGuest(
                        """
                        addi a0,x0,5
                        addi x0,a0,1
                        lui t0,0x80
                        sh a0,2(t0)
                        fmv.w.x fa0,a0
                        ecall
                        """)) {
            program.recorded().run(Long.MAX_VALUE);

            long pc = TinyGuest.CODE;
            long data = TinyGuest.DATA;
            assertThat(program.hart.openDigest)
                    .isEqualTo(
                            effect(pc, Digest.X + 10, 5)
                                    + effect(pc + 8, Digest.X + 5, data)
                                    + Digest.mixStore(data + 2, 5)
                                            * Digest.constant(pc + 12, Digest.STORE + 1)
                                    + effect(pc + 16, Digest.F + 10, 0xFFFFFFFF_00000005L));
            assertThat(program.hart.openSteps).isEqualTo(5);
        }
    }

    @Test
    void handsAMemoryTrapBackAsIfTheBlockHadStoppedThere() {
        try (var program =
                new TinyGuest(
                        """
                        addi a0,x0,5
                        lui t0,0x90
                        ld a0,16(t0)
                        addi a0,x0,6
                        ecall
                        """)) {
            Stop stop = program.recorded().run(Long.MAX_VALUE);

            assertThat(stop).isEqualTo(Stop.TRAP);
            assertThat(program.hart.trapCause).isEqualTo(TrapCause.LOAD_PAGE_FAULT);
            assertThat(program.hart.trapValue).isEqualTo(TinyGuest.NOWHERE + 16);
            assertThat(program.hart.pc).isEqualTo(TinyGuest.CODE + 8);
            assertThat(program.hart.x[10]).isEqualTo(5);
            assertThat(program.hart.steps).isEqualTo(2);
            assertThat(program.hart.openSteps).isEqualTo(2);
            assertThat(program.hart.openDigest)
                    .isEqualTo(
                            effect(TinyGuest.CODE, Digest.X + 10, 5)
                                    + effect(TinyGuest.CODE + 4, Digest.X + 5, TinyGuest.NOWHERE));
        }
    }

    @Test
    void executesWhatTheGuestWroteOverCodeItHadExecuted() {
        try (var program =
                new TinyGuest(
                        """
                        jal ra,victim
                        addi s0,a0,0
                        lui t0,0x10
                        lw t1,32(t0)
                        sw t1,28(t0)
                        jal ra,victim
                        ecall
                        victim:
                        addi a0,x0,1
                        addi a0,x0,2
                        jalr x0,0(ra)
                        """)) {
            Recompiler recompiler = program.free();

            recompiler.run(Long.MAX_VALUE);

            assertThat(program.hart.x[8]).isEqualTo(2);
            assertThat(program.memory.loadInt(TinyGuest.CODE + 28))
                    .isEqualTo(program.memory.loadInt(TinyGuest.CODE + 32));
            assertThat(recompiler.counters().invalidated()).isPositive();
        }
    }

    @Test
    void executesOnlyBlocksItHasCompiled() {
        try (var program = new TinyGuest(SUM_TO_100)) {
            Recompiler recompiler = program.free();

            recompiler.run(Long.MAX_VALUE);

            // The last block is handed back by its ecall and not complete.
            assertThat(recompiler.counters().executed()).isEqualTo(program.hart.blocks + 1);
            assertThat(recompiler.counters().compiled()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void keepsTwoGuestsInOneProcessApart() {
        try (var one = new TinyGuest(SUM_TO_100);
                var other = new TinyGuest(SUM_TO_100)) {
            other.hart.x[20] = 7;
            Recompiler first = one.free();
            Recompiler second = other.recorded();
            for (long limit = 10; first.run(limit) == Stop.LIMIT; limit += 10) {
                second.run(limit);
            }

            assertThat(one.hart.x[10]).isEqualTo(5050);
            assertThat(one.hart.x[20]).isZero();
            assertThat(other.hart.x[10]).isEqualTo(5050);
            assertThat(other.hart.x[20]).isEqualTo(7);
        }
    }

    private static long effect(long pc, int slot, long value) {
        return Digest.mix(value) * Digest.constant(pc, slot);
    }
}
