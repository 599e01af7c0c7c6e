package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Recording.Effects;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.RecordBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Regions do what their blocks do one by one, wherever they are left. */
class RegionTest {
    /** Blocks begin regions the second time they are executed, which soon take care themselves. */
    static final Tuning EAGER = new Tuning(1000, 100, 2, 4, CompileMode.SYNC);

    /** No block ever begins a region. */
    private static final Tuning BLOCKS_ONLY = new Tuning(1000, 100, 1 << 30, 4, CompileMode.SYNC);

    /** Those whose code never becomes hot. */
    static final Set<RegionProgram> CHANGING_CODE =
            EnumSet.of(RegionProgram.SELF_MODIFYING_LOOP, RegionProgram.FIELDS_BESIDE_CODE);

    /** From here on regions get credit. */
    private static final long FIRST_LIMIT = Credit.MARGIN_STEPS + 800;

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

    static TinyGuest guest(RegionProgram program) {
        return guest(program.source());
    }

    static TinyGuest guest(String source) {
        var guest = new TinyGuest(source);
        // Up to DATA, so that what runs on from there traps after its page.
        guest.memory.map(
                TinyGuest.DATA - 4 * GuestMemory.PAGE_BYTES,
                4 * GuestMemory.PAGE_BYTES,
                Permissions.READ_WRITE);
        return guest;
    }

    private static State run(RegionProgram program, Tuning tuning, Effects effects, long limit) {
        try (var guest = guest(program)) {
            var recompiler = guest.tuned(tuning, Recording.digest(effects));
            return State.of(recompiler.run(limit), guest);
        }
    }

    static Stream<Arguments> programsAndEffects() {
        return Arrays.stream(RegionProgram.values())
                .flatMap(program ->
                        Arrays.stream(Effects.values())
                                .map(effects -> Arguments.of(program, effects)));
    }

    private static void assertSame(State actual, State expected, String what) {
        assertThat(actual).as(what).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("programsAndEffects")
    void comesToTheSameEnd(RegionProgram program, Effects effects) {
        State end = run(program, EAGER, effects, Long.MAX_VALUE);

        assertSame(end, run(program, BLOCKS_ONLY, effects, Long.MAX_VALUE), "end");
        assertThat(end.stop()).isIn(Stop.ECALL, Stop.TRAP);
        assertThat(end.steps()).isGreaterThan(1000);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SELF_MODIFYING_LOOP", "FIELDS_BESIDE_CODE"})
    void executesNearlyAllInRegions(RegionProgram program) {
        try (var guest = guest(program)) {
            var recompiler = guest.tuned(EAGER, Recording.FREE);
            recompiler.run(Long.MAX_VALUE);

            var counters = recompiler.counters();
            assertThat(counters.compiledRegions()).isBetween(1L, 20L);
            assertThat(counters.executedInRegions()).isGreaterThan(guest.hart.blocks * 9 / 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopsAtEveryLimitWhereBlocksWould(RegionProgram program) {
        // Each end of a block in a round of each loop, shortly before regions would run on.
        for (long limit = FIRST_LIMIT; limit < FIRST_LIMIT + 25; limit++) {
            assertSame(
                    run(program, EAGER, Effects.FULL, limit),
                    run(program, BLOCKS_ONLY, Effects.FULL, limit),
                    "limit " + limit);
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsPastALimitToWhereBlocksComeToo(RegionProgram program) {
        for (long limit = FIRST_LIMIT; limit < FIRST_LIMIT + 25; limit++) {
            try (var guest = guest(program)) {
                Recompiler recompiler = guest.tuned(EAGER, Recording.digest(Effects.FULL));
                State past = State.of(recompiler.runPast(limit), guest);

                assertThat(past.steps())
                        .isBetween(limit, limit + RegionPlanner.MAX_INSTRUCTIONS - 1);
                assertSame(
                        past,
                        run(program, BLOCKS_ONLY, Effects.FULL, past.steps()),
                        "past " + limit);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void addsTheSameRecordsAndStopsWhenTheyAreFull(RegionProgram program) {
        try (var one = guest(program);
                var other = guest(program)) {
            Recompiler eager = one.tuned(EAGER, Recording.blocks(one.records));
            Recompiler blocks = other.tuned(BLOCKS_ONLY, Recording.blocks(other.records));
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
            var recompiler =
                    guest.tuned(new Tuning(500, 50, 2, 1000, CompileMode.SYNC), Recording.FREE);
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
        for (RegionProgram program : RegionProgram.values()) {
            assertSame(
                    run(program, asynchronous, Effects.FULL, Long.MAX_VALUE),
                    run(program, BLOCKS_ONLY, Effects.FULL, Long.MAX_VALUE),
                    program.name());
        }
    }

    @Test
    void tiersUpAtTheSameStepsInEveryRun() {
        List<Recompiler.Counters> counters = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            try (var guest = guest(RegionProgram.CALLS)) {
                var recompiler = guest.tuned(EAGER, Recording.FREE);
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
            try (var guest = guest(RegionProgram.TRAP_AT_A_LOAD)) {
                var recompiler = guest.tuned(tuning, Recording.FREE);
                assertThat(recompiler.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
                guest.hart.x[8] -= 0x1000;
                guest.hart.openSteps = 0;
                states.add(State.of(recompiler.run(Long.MAX_VALUE), guest));
            }
        }
        assertSame(states.get(0), states.get(1), "second trap");
    }
}
