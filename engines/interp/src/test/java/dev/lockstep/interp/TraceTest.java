package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.sdk.RecordBatch;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;

/**
 * What is executed in traces leaves the state and the records that the same blocks leave one by
 * one.
 */
final class TraceTest {
    private static final int RECORDS = 10_000;

    @SuppressWarnings("UnusedVariable") // JUnit reads it, by its name.
    private static final List<String> PROGRAMS =
            List.of(
                    // A branch that changes its mind, a call, and a fault in the middle of a
                    // sequence.
                    """
                    loop:
                    addi a0,a0,1
                    andi a1,a0,3
                    bne a1,x0,odd
                    addi a2,a2,5
                    odd:
                    jal ra,function
                    addi s0,s0,8
                    jal x0,loop
                    function:
                    sd a0,0(s0)
                    ld a3,0(s0)
                    add a4,a4,a3
                    jalr x0,0(ra)
                    """,
                    // A load that faults late, behind one that does not.
                    """
                    loop:
                    ld a1,0(s0)
                    ld a2,8(s0)
                    add a3,a1,a2
                    addi s0,s0,4
                    bge s0,x0,loop
                    """,
                    // Code that changes itself, before and behind the store.
                    """
                    auipc a3,0x0
                    lui a4,0x1
                    loop:
                    addi a0,a0,1
                    sub a5,a5,a5
                    addi a1,a0,-40
                    bne a1,x0,store
                    addi a5,x0,0
                    store:
                    srli a6,a0,5
                    slli a6,a6,5
                    beq a6,x0,skip
                    lw a7,0(a3)
                    sw a7,0(a3)
                    addi a2,a2,1
                    skip:
                    addi a6,x0,100
                    blt a0,a6,loop
                    ecall
                    """,
                    // Counters, and floating point that turns from exact to inexact.
                    """
                    loop:
                    addi a0,a0,1
                    csrrs a1,0xc02,x0
                    fcvt.d.l fa0,a0,dyn
                    fmul.d fa1,fa0,fa0,dyn
                    fdiv.d fa2,fa1,fa3,dyn
                    fadd.d fa3,fa2,fa0,dyn
                    addi a2,x0,60
                    blt a0,a2,loop
                    amoadd.d a3,a0,(s0)
                    ebreak
                    """);

    @ParameterizedTest
    @FieldSource("PROGRAMS")
    void tracesLeaveWhatSingleBlocksLeave(String program) {
        var oneByOne = new RecordBatch(RECORDS);
        var atOnce = new RecordBatch(RECORDS);
        try (var first = new Guest(program, Recording.blocks(oneByOne));
                var second = new Guest(program, Recording.blocks(atOnce));
                var free = new Guest(program)) {
            Stop stop = Stop.LIMIT;
            while (stop == Stop.LIMIT) {
                stop = first.interpreter.run(first.hart.steps + 1);
            }
            assertThat(second.interpreter.run(Long.MAX_VALUE)).isEqualTo(stop);
            assertThat(free.interpreter.run(Long.MAX_VALUE)).isEqualTo(stop);
            assertThat(first.hart.blocks).isBetween(100L, (long) RECORDS - 1);
            assertThat(state(second.hart)).isEqualTo(state(first.hart));
            assertThat(second.hart.openDigest).isEqualTo(first.hart.openDigest);
            assertThat(state(free.hart)).isEqualTo(state(first.hart));
            assertThat(records(atOnce)).isEqualTo(records(oneByOne));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {150, 151, 152, 153, 154, 155, 156})
    void aTraceDoesNotRunOnPastTheLimit(long limit) {
        String program = "loop:\n addi a0,a0,1\n beq a0,x0,loop\n addi a1,a1,1\n jal x0,loop";
        try (var guest = new Guest(program)) {
            assertThat(guest.interpreter.run(limit)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.steps).isEqualTo((limit + 1) / 2 * 2);
            assertThat(guest.hart.blocks).isEqualTo(guest.hart.steps / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {150, 151, 152, 153})
    void aTraceRunsOnWhereTheLimitMayBePassed(long limit) {
        String program = "loop:\n addi a0,a0,1\n beq a0,x0,loop\n addi a1,a1,1\n jal x0,loop";
        try (var guest = new Guest(program)) {
            guest.interpreter.run(limit);
            long steps = guest.hart.steps;
            long blocks = guest.hart.blocks;
            assertThat(guest.interpreter.runPast(steps + 1)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.blocks).isGreaterThan(blocks + 2);
            assertThat(guest.hart.steps).isEqualTo(2 * guest.hart.blocks);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {61, 62, 63, 64, 65, 66})
    void aTraceDoesNotRunOnWithoutRoomForItsRecords(int room) {
        var batch = new RecordBatch(room);
        String program = "loop:\n addi a0,a0,1\n beq a0,x0,loop\n addi a1,a1,1\n jal x0,loop";
        try (var guest = new Guest(program, Recording.blocks(batch))) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.RECORDS_FULL);
            assertThat(batch.size()).isEqualTo(room);
            assertThat(guest.hart.blocks).isEqualTo(room);
        }
    }

    private static String state(Hart hart) {
        return "pc %x steps %d blocks %d open %d trap %d %x flags %x x %s f %s"
                .formatted(
                        hart.pc,
                        hart.steps,
                        hart.blocks,
                        hart.openSteps,
                        hart.trapCause,
                        hart.trapValue,
                        hart.fflags,
                        Arrays.toString(hart.x),
                        Arrays.toString(hart.f));
    }

    private static byte[] records(RecordBatch batch) {
        return Arrays.copyOf(batch.rows(), batch.sizeBytes());
    }
}
