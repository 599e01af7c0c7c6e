package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Recording.Effects;
import dev.lockstep.riscv.Stop;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/** Regions go wrong where they are told to, once, and again when the same is executed again. */
class RegionFaultTest {
    private static final String CALLS =
            """
            addi s0,x0,100
            loop:
            jal ra,increment
            add s1,s1,a0
            addi s0,s0,-1
            bne s0,x0,loop
            ecall
            increment:
            addi a0,a0,1
            jalr x0,0(ra)
            """;

    private static final String NESTED_LOOPS =
            """
            addi s0,x0,30
            outer:
            addi s1,x0,20
            inner:
            addi a0,a0,1
            addi s1,s1,-1
            bne s1,x0,inner
            add a1,a1,a0
            addi s0,s0,-1
            bne s0,x0,outer
            ecall
            """;

    private final List<String> log = new ArrayList<>();

    private record End(long a0, long a1, long s1, long steps, long digest) {
        private static End of(TinyGuest guest) {
            long[] x = guest.hart.x;
            return new End(x[10], x[11], x[9], guest.hart.steps, guest.hart.openDigest);
        }
    }

    private static String source(String name) {
        return switch (name) {
            case "CALLS" -> CALLS;
            case "NESTED_LOOPS" -> NESTED_LOOPS;
            default -> RegionProgram.valueOf(name).source();
        };
    }

    private Recompiler recompiler(TinyGuest guest, String fault) {
        return guest.faulty(
                RegionTest.EAGER,
                Recording.digest(Effects.FULL),
                new RegionFault(FaultParser.parse(fault), new FaultProgress(log::add)));
    }

    private End run(String program, String fault) {
        try (var guest = new TinyGuest(source(program))) {
            assertThat(recompiler(guest, fault).run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            return End.of(guest);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // At the third end of the inner loop a0 does not come back from the region.
        "NESTED_LOOPS,        'skip-spill:a0@pc=0x10010,n=3'",
        "CALLS,               'skip-spill:a0@pc=0x1001c,n=50'",
        "CALLS,               'stale-after-call:a0@pc=0x10004,n=50'",
        "NESTED_LOOPS,        'stale-loop:a0@pc=0x10010,n=100'",
        "INDIRECT_CALLS,      'stale-target@pc=0x10010,n=40'",
        "SELF_MODIFYING_LOOP, 'missed-invalidation@pc=0x1001c,n=20'",
    })
    void goesWrongOnceAtItsPlace(String program, String fault) {
        End right = run(program, "stale-target@pc=0x1");
        assertThat(log).isEmpty();

        End wrong = run(program, fault);

        assertThat(wrong).isNotEqualTo(right);
        assertThat(wrong.digest()).isNotEqualTo(right.digest());
        assertThat(log).hasSize(1);
        assertThat(log.getFirst()).startsWith("fault " + fault).contains("done at step ");
        assertThat(run(program, fault)).isEqualTo(wrong);
    }

    @ParameterizedTest
    @CsvSource({
        "'stale-after-call:a0@pc=0x10004,n=50', 100, 5049",
        "'stale-after-call:a0@pc=0x10004,n=7',  100, 5049",
        "'skip-spill:a0@pc=0x1001c,n=50',       99,  5000",
    })
    void losesOneIncrementOfMany(String fault, long a0, long atLeast) {
        End end = run("CALLS", fault);

        assertThat(end.a0()).isEqualTo(a0);
        assertThat(end.s1()).isBetween(atLeast, 5049L);
        assertThat(end.steps()).isEqualTo(1 + 100 * 6);
    }

    @ParameterizedTest
    @CsvSource({
        "NESTED_LOOPS,        'skip-spill:a0@pc=0x10010,n=2',         70",
        "CALLS,               'stale-after-call:a0@pc=0x10004,n=80',  200",
        "NESTED_LOOPS,        'stale-loop:a0@pc=0x10010,n=200',       300",
        "INDIRECT_CALLS,      'stale-target@pc=0x10010,n=400',        500",
        "SELF_MODIFYING_LOOP, 'missed-invalidation@pc=0x1001c,n=100', 500",
        "SELF_MODIFYING_LOOP, 'missed-invalidation@pc=0x1001c,n=100', 1000",
    })
    void goesWrongAgainWhenTheSameIsExecutedAgain(String program, String fault, long start) {
        try (var guest = new TinyGuest(source(program))) {
            Recompiler recompiler = recompiler(guest, fault);
            recompiler.run(start);
            long mark = guest.memory.mark();
            Runnable hart = guest.hart.checkpoint();
            Runnable code = recompiler.checkpoint();
            List<End> ends = new ArrayList<>();
            for (int time = 0; time < 3; time++) {
                guest.memory.goBackTo(mark);
                hart.run();
                code.run();
                assertThat(recompiler.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
                ends.add(End.of(guest));
            }
            assertThat(log).hasSize(1);
            assertThat(ends)
                    .containsOnly(ends.getFirst())
                    .doesNotContain(run(program, "stale-target@pc=0x1"));
        }
    }
}
