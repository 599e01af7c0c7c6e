package dev.lockstep.riscv.contract;

import static dev.lockstep.riscv.contract.ContractGuest.CODE;
import static dev.lockstep.riscv.contract.ContractGuest.DATA;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Recording.Effects;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.sdk.RecordBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** A digest that goes on from block to block, in both strengths (docs/protocol.md, "Digest"). */
interface DigestContract extends ExecutorFactory {
    /** What engines execute in one piece is shorter. */
    int LONGEST_PIECE_STEPS = 10_000;

    int RECORDS = 1000;

    /** Programs that end at an ebreak. */
    List<String> PROGRAMS =
            List.of(
                    // Branches that change their mind, a call, stores of all widths.
                    """
                    lui a5,0x1
                    loop:
                    addi a0,a0,1
                    andi a1,a0,3
                    bne a1,x0,odd
                    sb a0,1(s0)
                    sh a0,6(s0)
                    odd:
                    sw a0,13(s0)
                    jal ra,function
                    blt a0,a5,loop
                    ebreak
                    function:
                    sd a4,16(s0)
                    ld a3,8(s0)
                    add a4,a4,a3
                    jalr x0,0(ra)
                    """,
                    // Floating point, counters, CSRs, atomics.
                    """
                    addi a5,x0,1000
                    loop:
                    addi a0,a0,1
                    csrrs a1,instret,x0
                    fcvt.d.l fa0,a0,dyn
                    fmul.d fa1,fa0,fa0,dyn
                    fdiv.d fa2,fa1,fa3,dyn
                    fadd.d fa3,fa2,fa0,dyn
                    fsd fa3,8(s0)
                    flw fa4,8(s0)
                    fsw fa4,24(s0)
                    csrrs a2,fcsr,x0
                    csrrwi a2,0x001,0
                    amoadd.d a3,a0,(s0)
                    lr.d a4,(s0)
                    sc.d a6,a0,(s0)
                    sc.d a6,a4,(s0)
                    amomax.w x0,a0,(s0)
                    bne a0,a5,loop
                    ebreak
                    """,
                    // All that is handed back, at the start of a block, behind stores, in a loop.
                    """
                    addi a5,x0,400
                    lui s1,0x21
                    loop:
                    addi a0,a0,1
                    sd a0,0(s0)
                    ecall
                    csrrs a1,time,x0
                    addi a3,a3,2
                    ld a2,0(x0)
                    sw a0,8(s0)
                    sw a3,0(s1)
                    illegal 0xffffffff
                    blt a0,a5,loop
                    ebreak
                    """,
                    // Code that changes when it is hot.
                    """
                    auipc a3,0x0
                    lw a6,44(a3)
                    addi a4,x0,600
                    loop:
                    addi a1,a1,1
                    andi a2,a1,31
                    bne a2,x0,skip
                    slli a5,a1,20
                    or a5,a5,a6
                    sw a5,44(a3)
                    sd a5,64(s0)
                    skip:
                    sd a0,0(s0)
                    addi a0,a0,0
                    blt a1,a4,loop
                    ebreak
                    """,
                    // Jumps forward to computed addresses, and blocks that end at a multiple of
                    // 128.
                    """
                    addi a5,x0,1500
                    auipc a3,0x0
                    loop:
                    addi a0,a0,1
                    andi a1,a0,1
                    slli a1,a1,3
                    add a1,a1,a3
                    jalr a2,24(a1)
                    addi a4,a4,3
                    sd a4,0(s0)
                    %s
                    beq a1,x0,end
                    addi a4,a4,5
                    end:
                    blt a0,a5,loop
                    ebreak
                    """
                            .formatted("addi a4,a4,1\n".repeat(40)));

    static Stream<String> digestPrograms() {
        return PROGRAMS.stream();
    }

    static Stream<Arguments> digestRecordings() {
        return PROGRAMS.stream()
                .flatMap(program ->
                        Stream.of(Effects.PATH, Effects.COMMIT, Effects.FULL)
                                .map(effects -> Arguments.of(program, effects)));
    }

    private static long effect(long pc, int slot, long value) {
        return Digest.mix(value) * Digest.constant(pc, slot);
    }

    private static long stored(long pc, long address, long value, int width) {
        return Digest.mixStore(address, value) * Digest.constant(pc, Digest.storeSlot(width));
    }

    private GuestWalk recorded(String program, Effects effects) {
        return new GuestWalk(this, program, Recording.blocks(effects, new RecordBatch(RECORDS)));
    }

    private GuestWalk digested(String program, Effects effects) {
        return new GuestWalk(this, program, Recording.digest(effects));
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.DigestContract#digestRecordings")
    default void theDigestIsThatOfTheRecords(String program, Effects effects) {
        try (GuestWalk blocks = recorded(program, effects);
                GuestWalk digest = digested(program, effects)) {
            assertThat(blocks.run(Long.MAX_VALUE)).isFalse();
            assertThat(digest.run(Long.MAX_VALUE)).isFalse();
            assertThat(blocks.guest.hart.blocks).isGreaterThan(500);
            assertThat(digest.takeDigest()).isNotZero().isEqualTo(blocks.takeDigest());
            assertThat(digest.state()).isEqualTo(blocks.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.DigestContract#digestPrograms")
    default void itIsSoForEveryStretchAfterWhichItIsTaken(String program) {
        try (GuestWalk blocks = recorded(program, Effects.FULL);
                GuestWalk digest = digested(program, Effects.FULL)) {
            boolean goesOn = true;
            for (long limit = 0; goesOn; limit += 397) {
                goesOn = blocks.run(limit);
                assertThat(digest.run(limit)).isEqualTo(goesOn);
                assertThat(digest.takeDigest()).isEqualTo(blocks.takeDigest());
                assertThat(digest.state()).isEqualTo(blocks.state());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.DigestContract#digestRecordings")
    default void stretchesJoinToTheWhole(String program, Effects effects) {
        try (GuestWalk blocks = recorded(program, Effects.FULL);
                GuestWalk whole = digested(program, effects);
                GuestWalk pieces = digested(program, effects)) {
            long joined = 0;
            boolean goesOn = true;
            for (long limit = 1; goesOn; limit += 101) {
                goesOn = pieces.run(limit);
                blocks.run(limit);
                joined = Digest.join(joined, pieces.takeDigest(), blocks.takeTurns());
            }
            assertThat(whole.run(Long.MAX_VALUE)).isFalse();
            assertThat(joined).isNotZero().isEqualTo(whole.takeDigest());
            assertThat(pieces.state()).isEqualTo(whole.state());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.lockstep.riscv.contract.DigestContract#digestRecordings")
    default void aLimitThatIsOnlyPassedLeavesTheStateOfThatStep(String program, Effects effects) {
        try (GuestWalk past = digested(program, effects);
                GuestWalk exact = digested(program, effects)) {
            long limit = 1;
            while (past.runPast(limit)) {
                long steps = past.guest.hart.steps;
                assertThat(steps).isBetween(limit, limit + LONGEST_PIECE_STEPS);
                assertThat(exact.run(steps)).isTrue();
                assertThat(past.state()).isEqualTo(exact.state());
                limit = steps + 97;
            }
            assertThat(exact.run(Long.MAX_VALUE)).isFalse();
            assertThat(past.state()).isEqualTo(exact.state());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'addi a0,x0,7'",
        "'auipc a0,0x1'",
        "'ld a0,0(s0)'",
        "'fmv.d.x fa0,s0'",
        "'fadd.d fa0,fa1,fa1,rne'",
        "'lr.d a0,(s0)'",
        "'sc.d a0,x0,(s0)'",
        "'csrrwi a0,0x002,3'",
        "'csrrs a0,instret,x0'",
        "'bne x0,x0,0x10008'",
        "fence.i",
    })
    default void registersAndCsrsAreNotCommitted(String instruction) {
        assertThat(committed(instruction + "\n ecall")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'sb a1,3(s0)', 0x20003, 0xff, 1",
        "'sh a1,3(s0)', 0x20003, 0xffff, 2",
        "'sw a1,3(s0)', 0x20003, 0xffffffff, 4",
        "'sd a1,3(s0)', 0x20003, -1, 8",
        "'fsw fa1,8(s0)', 0x20008, 0, 4",
        "'fsd fa1,8(s0)', 0x20008, 0, 8",
        "'c.sdsp a1,8(sp)', 0x20008, -1, 8",
        "'amoswap.d a0,a1,(s0)', 0x20000, -1, 8",
        "'amoadd.w a0,a1,(s0)', 0x20000, 0xffffffff, 4",
    })
    default void storesAreCommitted(String instruction, long address, long bytes, int width) {
        assertThat(committed("addi a1,x0,-1\n" + instruction + "\n ecall"))
                .isEqualTo(stored(CODE + 4, address, bytes, width));
    }

    @Test
    default void aStoreConditionalIsCommittedIfItSucceeds() {
        assertThat(committed("lr.w a0,(s0)\n sc.w a1,s0,(s0)\n sc.w a1,s0,(s0)\n ecall"))
                .isEqualTo(stored(CODE + 4, DATA, DATA, 4));
    }

    @ParameterizedTest
    @CsvSource({
        "'beq x0,x0,0x10008', false",
        "'jal a0,0x10008', false",
        "'jalr a0,8(a1)', true",
    })
    default void takenTransfersAreCommitted(String instruction, boolean turns) {
        long effect = effect(CODE, Digest.TRANSFER, CODE + 8);
        assertThat(committed(instruction + "\n c.nop\n c.nop\n ecall"))
                .isEqualTo(turns ? effect * Digest.TURN : effect);
    }

    /** Runs to the first ecall and returns the digest of what is committed. */
    private long committed(String program) {
        try (ContractGuest guest =
                new ContractGuest(this, program, Recording.digest(Effects.COMMIT))) {
            guest.hart.x[ContractGuest.A1] = CODE;
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.openTurns).isZero();
            return guest.hart.openDigest;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Effects.class,
            names = {"PATH", "COMMIT"})
    default void aLoopCommitsItsTransfersOnlyOrItsStoresToo(Effects effects) {
        String program =
                """
                loop:
                addi a0,a0,1
                andi a2,a0,7
                bne a2,x0,skip
                sd a0,8(s0)
                skip:
                sh a0,2(s0)
                jal ra,function
                blt a0,a1,loop
                ecall
                function:
                lw a3,0(s0)
                fmv.d.x fa0,a3
                jalr x0,0(ra)
                """;
        int rounds = 30_000;
        long expected = 0;
        for (int round = 1; round <= rounds; round++) {
            long first = stored(CODE + 12, DATA + 8, round, 8);
            long second = stored(CODE + 16, DATA + 2, round & 0xffff, 2);
            expected += round % 8 == 0 ? ofStore(effects, first) : forwardEffect();
            expected += ofStore(effects, second);
            expected += effect(CODE + 20, Digest.TRANSFER, CODE + 32);
            expected += effect(CODE + 40, Digest.TRANSFER, CODE + 24);
            expected *= Digest.TURN;
            if (round < rounds) {
                expected += effect(CODE + 24, Digest.TRANSFER, CODE);
                expected *= Digest.TURN;
            }
        }
        try (ContractGuest guest = new ContractGuest(this, program, Recording.digest(effects))) {
            guest.hart.x[ContractGuest.A1] = rounds;
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.openSteps).isZero();
            assertThat(guest.hart.openDigest).isEqualTo(expected);
        }
    }

    private static long ofStore(Effects effects, long stored) {
        return effects == Effects.PATH ? 0 : stored;
    }

    private static long forwardEffect() {
        return effect(CODE + 8, Digest.TRANSFER, CODE + 16);
    }

    @Test
    default void theDigestGoesOnOverAnEcallAndATrap() {
        String program = "sd s0,0(s0)\n ecall\n sw s0,8(s0)\n ld a0,0(x0)\n addi a0,x0,1\n ebreak";
        long first = stored(CODE, DATA, DATA, 8);
        long second = stored(CODE + 8, DATA + 8, DATA, 4);
        long trap = effect(CODE + 12, Digest.TRAP, TrapCause.LOAD_PAGE_FAULT);
        long behind = effect(CODE + 16, ContractGuest.A0, 1);
        for (Effects effects : List.of(Effects.PATH, Effects.COMMIT, Effects.FULL)) {
            try (GuestWalk walk = digested(program, effects)) {
                assertThat(walk.guest.run()).isEqualTo(Stop.ECALL);
                assertThat(walk.guest.hart.openDigest).isEqualTo(ofStore(effects, first));
                assertThat(walk.guest.hart.openSteps).isEqualTo(1);
                walk.goOn(Stop.ECALL);
                assertThat(walk.run(Long.MAX_VALUE)).isFalse();
                long before = (ofStore(effects, first + second) + trap) * Digest.TURN;
                assertThat(walk.guest.hart.openDigest)
                        .isEqualTo(effects == Effects.FULL ? before + behind : before);
            }
        }
    }
}
