package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.RecordBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Regions do what their blocks do one by one, wherever they are left. */
class RegionTest {
    /** Blocks begin regions the second time they are executed, which soon take care themselves. */
    private static final Tuning EAGER = new Tuning(1000, 100, 2, 4, CompileMode.SYNC);

    /** No block ever begins a region. */
    private static final Tuning BLOCKS_ONLY = new Tuning(1000, 100, 1 << 30, 4, CompileMode.SYNC);

    /** From here on regions get credit. */
    private static final long FIRST_LIMIT = Credit.MARGIN_STEPS + 100;

    /** Programs that end in an ecall or trap after some ten thousand steps. */
    enum Program {
        LOOP(
                """
                lui a1,5
                loop:
                add a0,a0,a1
                addi a1,a1,-1
                bne a1,x0,loop
                ecall
                """),
        NESTED_LOOPS(
                """
                addi s0,x0,100
                outer:
                addi s1,x0,70
                inner:
                mul a2,s0,s1
                add a0,a0,a2
                addi s1,s1,-1
                bne s1,x0,inner
                addi s0,s0,-1
                bne s0,x0,outer
                ecall
                """),
        /** The function that is called reads what only some ways to the call have in a local. */
        CALL_WITH_ANOTHER_LINK(
                """
                lui s0,1
                loop:
                andi a2,s0,1
                bne a2,x0,over
                addi a3,s0,0
                jal x0,over
                over:
                auipc a5,0
                jalr a5,40(a5)
                addi a3,x0,7
                jal x0,after
                after:
                add a1,a1,a3
                addi s0,s0,-1
                beq s0,x0,end
                auipc t1,0
                jalr x0,-44(t1)
                end:
                ecall
                add a0,a0,a3
                jalr x0,0(a5)
                """),
        IRREDUCIBLE_LOOP(
                """
                lui a1,4
                again:
                andi a2,a1,1
                beq a2,x0,middle
                top:
                addi a0,a0,3
                middle:
                xor a0,a0,a1
                addi a1,a1,-1
                andi a2,a1,7
                bne a2,x0,top
                bne a1,x0,again
                ecall
                """),
        CALLS(
                """
                lui s0,3
                loop:
                addi a0,s0,1
                jal ra,double
                add s1,s1,a0
                jal t0,triple
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                double:
                add a0,a0,a0
                jalr x0,0(ra)
                triple:
                slli a1,a0,1
                add s2,s2,a1
                jalr x0,0(t0)
                """),
        RETURN_ELSEWHERE(
                """
                lui s0,2
                loop:
                jal ra,callee
                addi a0,a0,1
                back:
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                callee:
                andi a1,s0,3
                bne a1,x0,return
                addi ra,ra,4
                return:
                jalr x0,0(ra)
                """),
        RETURN_OF_TWO_CALLS(
                """
                lui s0,2
                loop:
                jal ra,outer
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                outer:
                addi s1,ra,0
                jal ra,inner
                addi a0,a0,1
                jalr x0,0(s1)
                inner:
                andi a1,s0,1
                beq a1,x0,far
                jalr x0,0(ra)
                far:
                jalr x0,0(s1)
                """),
        DEEP_RECURSION(
                """
                addi s0,x0,20
                again:
                lui sp,0x81
                addi a0,x0,200
                jal ra,sum
                add s1,s1,a0
                addi s0,s0,-1
                bne s0,x0,again
                ecall
                sum:
                bne a0,x0,deeper
                jalr x0,0(ra)
                deeper:
                addi sp,sp,-16
                sd ra,0(sp)
                sd a0,8(sp)
                addi a0,a0,-1
                jal ra,sum
                ld a1,8(sp)
                ld ra,0(sp)
                addi sp,sp,16
                add a0,a0,a1
                jalr x0,0(ra)
                """),
        INDIRECT_JUMPS(
                """
                lui s0,3
                auipc s1,0
                loop:
                andi a1,s0,12
                add a1,a1,s1
                jalr x0,28(a1)
                next:
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                addi x0,x0,0
                jal x0,one
                jal x0,two
                jal x0,next
                jal x0,one
                one:
                addi a0,a0,1
                jal x0,next
                two:
                addi a0,a0,100
                jal x0,next
                """),
        INDIRECT_CALLS(
                """
                lui s0,3
                auipc s1,0
                loop:
                andi a1,s0,8
                add a1,a1,s1
                jalr ra,32(a1)
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                addi x0,x0,0
                addi a0,a0,1
                jalr x0,0(ra)
                addi a0,a0,7
                jalr x0,0(ra)
                """),
        TRAP_AT_A_LOAD(
                """
                lui s0,0x7c
                loop:
                addi a0,a0,1
                addi a2,a0,5
                ld a1,0(s0)
                addi a2,a2,9
                addi s0,s0,8
                bne s0,x0,loop
                ecall
                """),
        TRAP_AT_A_STORE(
                """
                lui s0,0x7c
                loop:
                addi a0,a0,1
                jal ra,store
                addi a2,a2,9
                bne s0,x0,loop
                ecall
                store:
                sd a0,0(s0)
                addi s0,s0,8
                jalr x0,0(ra)
                """),
        FIELDS_UP_TO_THE_LAST_PAGE(
                """
                lui s0,0x7c
                loop:
                addi a0,a0,1
                ld a1,0(s0)
                sd a0,8(s0)
                add a2,a2,a1
                lw a3,20(s0)
                sw a2,16(s0)
                ld a4,24(s0)
                addi s0,s0,8
                bne s0,x0,loop
                ecall
                """),
        FIELDS_THROUGH_CHANGING_POINTERS(
                """
                lui s0,3
                lui t0,0x7c
                addi t1,t0,64
                sd t1,8(t0)
                sd t0,8(t1)
                loop:
                sd s0,16(t0)
                ld t0,8(t0)
                ld a1,16(t0)
                add a0,a0,a1
                sd a0,24(t0)
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                """),
        FIELDS_WITH_ATOMICS_BETWEEN(
                """
                lui s0,1
                lui t0,0x7c
                loop:
                ld a1,0(t0)
                amoadd.d a2,s0,(t0)
                sd a1,8(t0)
                lr.d a3,(t0)
                add a3,a3,a1
                sc.d a4,a3,(t0)
                ld a5,0(t0)
                sd a5,24(t0)
                add a0,a0,a5
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                """),
        FIELDS_BESIDE_CODE(
                """
                addi s0,x0,300
                lui t0,0x10
                loop:
                ld a1,1024(t0)
                add a0,a0,a1
                sd s0,1032(t0)
                ld a2,1032(t0)
                add a0,a0,a2
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                """),
        MISALIGNED_ACCESSES(
                """
                lui s0,2
                lui t0,0x7c
                lui a3,1
                addi a3,a3,-2048
                add t0,t0,a3
                loop:
                sw s0,1(t0)
                lhu a0,3(t0)
                sd a0,2045(t0)
                ld a1,2042(t0)
                add a2,a2,a1
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                """),
        ATOMICS(
                """
                lui s0,2
                lui t0,0x7c
                loop:
                amoadd.d a0,s0,(t0)
                retry:
                lr.w a1,(t0)
                addi a1,a1,1
                sc.w a2,a1,(t0)
                bne a2,x0,retry
                addi s0,s0,-1
                bne s0,x0,loop
                addi t0,t0,4
                amoadd.d a0,s0,(t0)
                """),
        FLOATS(
                """
                lui s0,2
                fcvt.d.l fa1,s0
                loop:
                fcvt.d.l fa0,s0
                fdiv.d fa2,fa1,fa0
                fadd.d fa3,fa3,fa2
                fmadd.d fa4,fa2,fa2,fa4
                fsqrt.s fa5,fa5
                flt.d a0,fa2,fa3
                add a1,a1,a0
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                """),
        SELF_MODIFYING_LOOP(
                """
                addi s0,x0,600
                lui t0,0x10
                loop:
                lw a1,28(t0)
                lui a2,0x100
                add a1,a1,a2
                sw a1,28(t0)
                fence.i
                addi a0,a0,0
                addi s0,s0,-1
                bne s0,x0,loop
                ecall
                """);

        private final String source;

        Program(String source) {
            this.source = source;
        }
    }

    /** All that can be seen of a guest. */
    private record State(
            Stop stop,
            List<Long> x,
            List<Long> f,
            long pc,
            long steps,
            long blocks,
            int openSteps,
            long openDigest,
            int fflags,
            long memory,
            List<Byte> records) {
        private static State of(Stop stop, TinyGuest guest) {
            var hart = guest.hart;
            return new State(
                    stop,
                    Arrays.stream(hart.x).boxed().toList(),
                    Arrays.stream(hart.f).boxed().toList(),
                    hart.pc,
                    hart.steps,
                    hart.blocks,
                    hart.openSteps,
                    hart.openDigest,
                    hart.fflags,
                    guest.memory.digest(),
                    bytes(guest.records));
        }
    }

    private static List<Byte> bytes(RecordBatch records) {
        List<Byte> bytes = new ArrayList<>();
        for (int i = 0; i < records.sizeBytes(); i++) {
            bytes.add(records.rows()[i]);
        }
        return bytes;
    }

    private static TinyGuest guest(Program program) {
        var guest = new TinyGuest(program.source);
        // Up to DATA, so that what runs on from there traps after its page.
        guest.memory.map(
                TinyGuest.DATA - 4 * GuestMemory.PAGE_BYTES,
                4 * GuestMemory.PAGE_BYTES,
                Permissions.READ_WRITE);
        return guest;
    }

    private static State run(Program program, Tuning tuning, boolean recorded, long limit) {
        try (var guest = guest(program)) {
            var recompiler = guest.tuned(tuning, recorded ? guest.records : null);
            return State.of(recompiler.run(limit), guest);
        }
    }

    private static void assertSame(State actual, State expected, String what) {
        assertThat(actual).as(what).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void comesToTheSameEnd(Program program) {
        State end = run(program, EAGER, false, Long.MAX_VALUE);

        assertSame(end, run(program, BLOCKS_ONLY, false, Long.MAX_VALUE), "end");
        assertThat(end.stop()).isIn(Stop.ECALL, Stop.TRAP);
        assertThat(end.steps()).isGreaterThan(1000);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SELF_MODIFYING_LOOP", "FIELDS_BESIDE_CODE"})
    void executesNearlyAllInRegions(Program program) {
        try (var guest = guest(program)) {
            var recompiler = guest.tuned(EAGER, null);
            recompiler.run(Long.MAX_VALUE);

            var counters = recompiler.counters();
            assertThat(counters.compiledRegions()).isBetween(1L, 20L);
            assertThat(counters.executedInRegions()).isGreaterThan(guest.hart.blocks * 9 / 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtEveryLimitWhereBlocksWould(Program program) {
        // Each end of a block in a round of each loop, shortly before regions would run on.
        for (long limit = FIRST_LIMIT; limit < FIRST_LIMIT + 25; limit++) {
            assertSame(
                    run(program, EAGER, false, limit),
                    run(program, BLOCKS_ONLY, false, limit),
                    "limit " + limit);
        }
    }

    @ParameterizedTest
    @EnumSource
    void addsTheSameRecordsAndStopsWhenTheyAreFull(Program program) {
        try (var one = guest(program);
                var other = guest(program)) {
            Recompiler eager = one.tuned(EAGER, one.records);
            Recompiler blocks = other.tuned(BLOCKS_ONLY, other.records);
            Stop stop = Stop.RECORDS_FULL;
            for (int room = 1; stop == Stop.RECORDS_FULL; room = room % 97 + 1) {
                one.records.reset(room);
                other.records.reset(room);
                stop = eager.run(Long.MAX_VALUE);
                assertSame(
                        State.of(stop, one),
                        State.of(blocks.run(Long.MAX_VALUE), other),
                        "at step " + other.hart.steps);
            }
            assertThat(stop).isIn(Stop.ECALL, Stop.TRAP);
        }
    }

    /** Each loop is a region of its own, hot before the next one begins. */
    private static String loops(int count) {
        StringBuilder source = new StringBuilder("start:\n");
        for (int loop = 0; loop < count; loop++) {
            source.append("addi a1,x0,4\nloop%d:\n".formatted(loop))
                    .append("addi a1,a1,-1\nadd a0,a0,a1\nbne a1,x0,loop%d\n".formatted(loop));
        }
        return source.append("ecall\naddi x0,x0,0\njal x0,start\n").toString();
    }

    @Test
    void executesMoreRegionsThanItKeepsAndLetsTheirClassesGo() {
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        try (var guest = new TinyGuest(loops(10_000))) {
            var recompiler = guest.tuned(new Tuning(500, 50, 2, 1000, CompileMode.SYNC), null);
            long unloadedBefore = classes.getUnloadedClassCount();

            assertThat(recompiler.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            System.gc();

            assertThat(guest.hart.x[10]).isEqualTo(10_000 * (3 + 2 + 1));
            assertThat(recompiler.counters().compiledRegions()).isGreaterThanOrEqualTo(10_000);
            assertThat(recompiler.counters().evictedRegions())
                    .isGreaterThanOrEqualTo(10_000 - 50 - 1);
            assertThat(classes.getUnloadedClassCount() - unloadedBefore).isGreaterThan(10_000);
        }
    }

    @Test
    void compilesBesideTheGuestWithTheSameEnd() {
        Tuning asynchronous = new Tuning(1000, 100, 2, 1000, CompileMode.ASYNC);
        for (Program program : Program.values()) {
            assertSame(
                    run(program, asynchronous, false, Long.MAX_VALUE),
                    run(program, BLOCKS_ONLY, false, Long.MAX_VALUE),
                    program.name());
        }
    }

    @Test
    void tiersUpAtTheSameStepsInEveryRun() {
        List<Recompiler.Counters> counters = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (var guest = guest(Program.CALLS)) {
                var recompiler = guest.tuned(EAGER, null);
                recompiler.run(Long.MAX_VALUE);
                counters.add(recompiler.counters());
            }
        }
        assertThat(counters.get(1)).isEqualTo(counters.get(0));
    }

    @Test
    void canBeResumedAfterATrapInTheMiddle() {
        List<State> states = new ArrayList<>();
        for (Tuning tuning : List.of(EAGER, BLOCKS_ONLY)) {
            try (var guest = guest(Program.TRAP_AT_A_LOAD)) {
                var recompiler = guest.tuned(tuning, null);
                assertThat(recompiler.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
                guest.hart.x[8] -= 0x1000;
                guest.hart.openSteps = 0;
                states.add(State.of(recompiler.run(Long.MAX_VALUE), guest));
            }
        }
        assertSame(states.get(0), states.get(1), "second trap");
    }
}
