package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Recording.Effects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/** A stretch that is executed again is executed by the same code. */
class CheckpointTest {
    private static final long STRETCH = 700;

    /** What was executed how since some earlier counters, and where that led. */
    private record Way(
            long executed, long inRegions, long regions, long steps, long digest, long memory) {
        private static Way since(Recompiler.Counters before, Recompiler now, TinyGuest guest) {
            var after = now.counters();
            return new Way(
                    after.executed() - before.executed(),
                    after.executedInRegions() - before.executedInRegions(),
                    after.compiledRegions() - before.compiledRegions(),
                    guest.hart.steps,
                    guest.hart.openDigest,
                    guest.memory.digest());
        }
    }

    @ParameterizedTest
    @EnumSource
    void executesTheSameCodeAgain(RegionProgram program) {
        Tuning tuning = new Tuning(1000, 100, 16, 4, CompileMode.SYNC);
        try (var guest = RegionTest.guest(program)) {
            Recompiler recompiler = guest.tuned(tuning, Recording.digest(Effects.FULL));
            for (long start = 0; start < 6 * STRETCH; start += STRETCH) {
                long end = start + STRETCH;
                recompiler.run(start);
                long mark = guest.memory.mark();
                Runnable hart = guest.hart.checkpoint();
                Runnable code = recompiler.checkpoint();
                List<Way> ways = new ArrayList<>();
                for (int time = 0; time < 3; time++) {
                    guest.memory.goBackTo(mark);
                    hart.run();
                    code.run();
                    var before = recompiler.counters();
                    recompiler.run(end);
                    ways.add(Way.since(before, recompiler, guest));
                }
                assertThat(ways).as("from step " + start).containsOnly(ways.getFirst());
            }
            assertThat(recompiler.counters().executedInRegions() > 0)
                    .isEqualTo(!RegionTest.CHANGING_CODE.contains(program));
        }
    }

    @Test
    void keepsEveryStoreFastThoughPagesBecomeCleanAgainAndAgain() {
        String source =
                """
                lui t1,0x10000
                loop:
                lui t0,0x7c
                lui t2,0x81
                page:
                sd t1,0(t0)
                addi a0,x0,512
                work:
                addi a0,a0,-1
                bne a0,x0,work
                lui a1,1
                add t0,t0,a1
                blt t0,t2,page
                addi t1,t1,-1
                bne t1,x0,loop
                ecall
                """;
        Tuning tuning = new Tuning(1000, 100, 2, 64, CompileMode.SYNC);
        try (var guest = RegionTest.guest(source)) {
            Recompiler recompiler = guest.tuned(tuning, Recording.FREE);
            recompiler.run(100_000);
            long regions = recompiler.counters().compiledRegions();
            for (long end = 200_000; end < 3_000_000; end += 100_000) {
                guest.memory.mark();
                recompiler.run(end);
            }
            // Five pages each time: in all more than patience, but seldom.
            assertThat(recompiler.counters().compiledRegions()).isLessThanOrEqualTo(regions + 2);
        }
    }
}
