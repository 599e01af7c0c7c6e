package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;

import org.junit.jupiter.api.Test;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;

class CodeCacheTest {
    private static final int BLOCK_COUNT = 12_000;

    /** Each increment is a block of its own: a jump to the next instruction ends it. */
    private static String incrementsInBlocks() {
        StringBuilder source = new StringBuilder("start:\n");
        for (int block = 0; block < BLOCK_COUNT; block++) {
            source.append("addi a0,a0,1\njal x0,block%d\nblock%d:\n".formatted(block, block));
        }
        return source.append("ecall\naddi x0,x0,0\njal x0,start\n").toString();
    }

    @Test
    void executesMoreBlocksThanItKeepsAndLetsTheirClassesGo() {
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        try (var program = new TinyGuest(incrementsInBlocks())) {
            Recompiler recompiler =
                    program.tuned(
                            new Tuning(100, 100, 1024, 1000, CompileMode.SYNC), Recording.FREE);
            long unloadedBefore = classes.getUnloadedClassCount();

            assertThat(recompiler.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            program.hart.pc += 4;
            assertThat(recompiler.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            System.gc();

            assertThat(program.hart.x[10]).isEqualTo(2 * BLOCK_COUNT);
            assertThat(recompiler.counters().evicted()).isGreaterThan(2 * BLOCK_COUNT - 200);
            assertThat(classes.getUnloadedClassCount() - unloadedBefore)
                    .isGreaterThan(BLOCK_COUNT / 8);
        }
    }

    @Test
    void keepsManyBlocksWithoutCompilingThemAgain() {
        try (var program = new TinyGuest(incrementsInBlocks())) {
            Recompiler recompiler = program.free();

            recompiler.run(Long.MAX_VALUE);
            program.hart.pc += 4;
            recompiler.run(Long.MAX_VALUE);

            assertThat(program.hart.x[10]).isEqualTo(2 * BLOCK_COUNT);
            assertThat(recompiler.counters().compiled()).isBetween(12_000L, 12_100L);
            assertThat(recompiler.counters().evicted()).isZero();
        }
    }

    @Test
    void dropsTheBlocksOfTheInvalidatedPagesOnly() {
        try (var program =
                new TinyGuest("loop:\naddi a0,a0,1\nbne a0,a1,loop\necall\njal x0,loop\n")) {
            Recompiler recompiler = program.free();
            program.hart.x[11] = 3;
            recompiler.run(Long.MAX_VALUE);
            long compiled = recompiler.counters().compiled();

            recompiler.invalidate(TinyGuest.CODE + 0x1000, 0x1000);
            assertThat(recompiler.counters().invalidated()).isZero();
            recompiler.invalidate(TinyGuest.CODE + 0xFFF, 1);

            assertThat(recompiler.counters().invalidated()).isEqualTo(compiled);
        }
    }
}
