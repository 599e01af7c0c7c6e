package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

class FaultInjectorTest {
    /** One block: what it does is all in the open record at its ecall. */
    private static final String STRAIGHT =
            """
            lui t0,0x80
            addi a2,x0,-253
            sb a2,0(t0)
            fmv.d.x fa0,a2
            amoadd.d a3,a2,(t0)
            ecall
            """;

    private static final String LOOP =
            """
            lui t0,0x80
            addi a1,x0,3
            loop:
            addi a0,a0,1
            sd a0,0(t0)
            addi t0,t0,8
            blt a0,a1,loop
            jal ra,last
            addi a2,x0,1
            last:
            ecall
            """;

    /** The state at the end of a program, and the digest of its last block. */
    private record Outcome(
            long a0, long a2, long a3, long fa0, List<Long> memory, long steps, long digest) {
        boolean hasStateOf(Outcome other) {
            return a0 == other.a0
                    && a2 == other.a2
                    && a3 == other.a3
                    && fa0 == other.fa0
                    && memory.equals(other.memory);
        }
    }

    private final List<String> log = new ArrayList<>();
    private FaultProgress progress = new FaultProgress(log::add);

    private Outcome run(String source, String fault) {
        try (var program = new TinyGuest(source)) {
            FaultInjector injector = injector(program, fault);
            while (injector.run(Long.MAX_VALUE) != Stop.ECALL) {}
            var memory =
                    List.of(
                            program.memory.loadLong(TinyGuest.DATA),
                            program.memory.loadLong(TinyGuest.DATA + 8),
                            program.memory.loadLong(TinyGuest.DATA + 16));
            long[] x = program.hart.x;
            return new Outcome(
                    x[10],
                    x[12],
                    x[13],
                    program.hart.f[10],
                    memory,
                    program.hart.steps,
                    program.hart.openDigest);
        }
    }

    @Test
    void goesWrongAgainWhenTheSameIsExecutedAgainAndSaysItOnce() {
        try (var program = new TinyGuest(LOOP)) {
            FaultInjector injector = injector(program, "drop-store@pc=0x1000c,n=3");
            injector.run(7);
            Runnable code = injector.checkpoint();
            Runnable hart = program.hart.checkpoint();
            long mark = program.memory.mark();
            for (int time = 0; time < 3; time++) {
                program.memory.goBackTo(mark);
                hart.run();
                code.run();
                assertThat(progress.isOver()).isFalse();

                assertThat(injector.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
                assertThat(program.memory.loadLong(TinyGuest.DATA + 8)).isEqualTo(2);
                assertThat(program.memory.loadLong(TinyGuest.DATA + 16)).isZero();
            }
            assertThat(log).hasSize(1);
        }
    }

    @Test
    void isSharedWithAnEngineOfSingleInstructions() {
        try (var program = new TinyGuest(LOOP)) {
            FaultInjector blocks = injector(program, "off-by-one@pc=0x10008,n=3");
            Recompiler single =
                    new Recompiler(
                            program.memory,
                            BlockReader.ofSingleSteps(program.memory, program.hart),
                            program.hart,
                            Recording.FREE);
            FaultInjector steps =
                    new FaultInjector(
                            single,
                            program.hart,
                            FaultParser.parse("off-by-one@pc=0x10008,n=3"),
                            progress);
            blocks.run(4);
            Runnable back = blocks.checkpoint();
            Runnable hart = program.hart.checkpoint();
            for (int time = 0; time < 2; time++) {
                while (steps.run(program.hart.steps + 1) == Stop.LIMIT) {}
                assertThat(program.hart.x[10]).isEqualTo(4);
                assertThat(program.hart.steps).isEqualTo(2 + 3 * 4 + 1);
                back.run();
                hart.run();
            }
            blocks.run(Long.MAX_VALUE);
            assertThat(program.hart.x[10]).isEqualTo(4);
            assertThat(log).hasSize(1);
        }
    }

    private FaultInjector injector(TinyGuest program, String fault) {
        progress = new FaultProgress(log::add);
        return new FaultInjector(
                program.recorded(), program.hart, FaultParser.parse(fault), progress);
    }

    @Test
    void changesNothingWhileItsPlaceIsNotReached() {
        Outcome outcome = run(STRAIGHT, "skip@pc=0x1");

        assertThat(outcome.a2()).isEqualTo(-253);
        assertThat(outcome.a3()).isEqualTo(3);
        assertThat(outcome.fa0()).isEqualTo(-253);
        assertThat(outcome.memory()).startsWith(-250L);
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"skip@pc=0x1", "skip@step=100"})
    void executesNothingWithoutRoomForItsRecord(String fault) {
        try (var program = new TinyGuest(LOOP)) {
            FaultInjector injector = injector(program, fault);
            program.records.reset(0);

            assertThat(injector.run(Long.MAX_VALUE)).isEqualTo(Stop.RECORDS_FULL);
            assertThat(program.hart.steps).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "flip:0x10@step=1,   -237, 19,    -237, -218",
        "flip:0x10@step=2,   -253, 19,    -253, -234",
        "flip:0x10@step=3,   -253, 3,     -237, -250",
        "flip:0x10@step=4,   -253, 19,    -253, -250",
        "drop-store@step=2,  -253, 0,     -253, -253",
        "drop-store@step=4,  -253, 3,     -253, 3",
        "widen-store@step=2, -253, 65283, -253, 65030",
        "skip@step=1,        0,    0,     0,    0",
        "skip@step=2,        -253, 0,     -253, -253",
        "skip@step=3,        -253, 3,     0,    -250",
        "skip@step=4,        -253, 0,     -253, 3",
    })
    void doesToTheInstructionWhatItsKindSays(
            String fault, long a2, long a3, long fa0, long memory) {
        Outcome announced = run(STRAIGHT, fault);
        Outcome silent = run(STRAIGHT, fault + ",silent");

        assertThat(announced.a2()).isEqualTo(a2);
        assertThat(announced.a3()).isEqualTo(a3);
        assertThat(announced.fa0()).isEqualTo(fa0);
        assertThat(announced.memory()).startsWith(memory);
        assertThat(silent.hasStateOf(announced)).isTrue();
        assertThat(announced.steps()).isEqualTo(5);
        assertThat(log).hasSize(2).allMatch(line -> line.contains("done at step "));
    }

    @ParameterizedTest
    @CsvSource({"flip:0x10@step=3", "flip:0x10@step=4", "drop-store@step=4", "skip@step=4"})
    void tellsTheDigestOrKeepsItFromIt(String fault) {
        Outcome right = run(STRAIGHT, "skip@pc=0x1");

        assertThat(run(STRAIGHT, fault).digest()).isNotEqualTo(right.digest());
        assertThat(run(STRAIGHT, fault + ",silent").digest()).isEqualTo(right.digest());
    }

    @ParameterizedTest
    @CsvSource({
        "wrong-branch@pc=0x10014,       1, 0, 7",
        "'wrong-branch@pc=0x10014,n=3', 4, 0, 19",
        "'skip@pc=0x10014,n=2',         2, 0, 11",
        "skip@pc=0x10018,               3, 1, 16",
        "flip:0x4@step=2,               5, 0, 7",
    })
    void leadsTransfersAstray(String fault, long a0, long a2, long steps) {
        for (String family : List.of("", ",silent")) {
            Outcome outcome = run(LOOP, fault + family);

            assertThat(outcome.a0()).isEqualTo(a0);
            assertThat(outcome.a2()).isEqualTo(a2);
            assertThat(outcome.steps()).isEqualTo(steps);
        }
    }

    @Test
    void hitsTheOccurrenceAskedForAndNoOther() {
        assertThat(run(LOOP, "drop-store@pc=0x1000c,n=2").memory()).isEqualTo(List.of(1L, 0L, 3L));
        assertThat(log)
                .containsExactly(
                        "fault drop-store@pc=0x1000c,n=2,announced: done at step 7, "
                                + "pc 0x1000c: sd a0,0(t0)");
    }

    @Test
    void saysThatItDoesNotApplyToWhatIsThere() {
        try (var program = new TinyGuest(STRAIGHT)) {
            FaultInjector injector = injector(program, "drop-store@step=1");

            assertThatThrownBy(() -> injector.run(Long.MAX_VALUE))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("drop-store@step=1")
                    .hasMessageContaining(
                            "does not apply to step 1, pc 0x10004: addi a2,zero,-253");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void waitsWhileTheInstructionTraps() {
        try (var program = new TinyGuest("ld a0,0(t0)\necall\n")) {
            FaultInjector injector = injector(program, "flip:0x1@pc=0x10000");

            assertThat(injector.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
            assertThat(progress.isOver()).isFalse();
            program.hart.x[5] = TinyGuest.DATA;
            assertThat(injector.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            assertThat(progress.isOver()).isTrue();
            assertThat(program.hart.x[10]).isEqualTo(1);
        }
    }
}
