package dev.lockstep.riscv.contract;

import static dev.lockstep.riscv.contract.ContractGuest.CODE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an engine stops, and that its counts are exact there. */
interface BlockContract extends ExecutorFactory {
    @Test
    default void anEcallIsHandedBackUncounted() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,x0,1\n addi a1,x0,2\n ecall")) {
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.pc).isEqualTo(CODE + 8);
            assertThat(guest.hart.steps).isEqualTo(2);
            assertThat(guest.hart.blocks).isZero();
            assertThat(guest.hart.openSteps).isEqualTo(2);
        }
    }

    @Test
    default void anEcallThatBeginsABlockHasAnEmptyOpenRecord() {
        try (ContractGuest guest = new ContractGuest(this, "ecall")) {
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.pc).isEqualTo(CODE);
            assertThat(guest.hart.steps).isZero();
            assertThat(guest.hart.openSteps).isZero();
            assertThat(guest.hart.openDigest).isZero();
        }
    }

    @Test
    default void executionGoesOnAfterAnEcall() {
        try (ContractGuest guest =
                new ContractGuest(this, "addi a0,x0,1\n ecall\n addi a0,a0,2\n ecall")) {
            guest.run();
            guest.skip(4);
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(3);
            assertThat(guest.hart.steps).isEqualTo(3);
            assertThat(guest.hart.openSteps).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'beq x0,a0,0x10008'",
        "'bne x0,a0,0x10008'",
        "'jal x0,0x10008'",
        "'jalr x0,0(a1)'",
        "'c.j 0x10008'",
        "fence.i",
        "'csrrs a2,0x001,x0'",
        "'csrrwi x0,0x002,0'",
    })
    default void aBlockEndsAfter(String instruction) {
        try (ContractGuest guest = new ContractGuest(this, "c.nop\n" + instruction)) {
            guest.hart.x[ContractGuest.A1] = CODE + 8;
            assertThat(guest.executor.run(1)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.steps).isEqualTo(2);
            assertThat(guest.hart.blocks).isEqualTo(1);
            assertThat(guest.hart.openSteps).isZero();
        }
    }

    @Test
    default void aBlockEndsAtAMultipleOf128() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,a0,1\n".repeat(64))) {
            assertThat(guest.executor.run(1)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.pc).isEqualTo(CODE + 128);
            assertThat(guest.hart.steps).isEqualTo(32);
            assertThat(guest.executor.run(33)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.pc).isEqualTo(CODE + 256);
            assertThat(guest.hart.blocks).isEqualTo(2);
        }
    }

    @Test
    default void anInstructionThatCrossesTheMultipleBelongsToTheBlockBefore() {
        try (ContractGuest guest =
                new ContractGuest(this, "c.nop\n" + "addi a0,a0,1\n".repeat(40))) {
            assertThat(guest.executor.run(1)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.pc).isEqualTo(CODE + 130);
            assertThat(guest.hart.steps).isEqualTo(33);
        }
    }

    @Test
    default void aBlockEnteredInTheMiddleEndsWhereTheWholeOneDoes() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,a0,1\n".repeat(64))) {
            guest.hart.pc = CODE + 64;
            assertThat(guest.executor.run(1)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.pc).isEqualTo(CODE + 128);
            assertThat(guest.hart.steps).isEqualTo(16);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 2", "2, 2", "3, 4", "7, 8", "1000, 1000", "1001, 1002"})
    default void theLimitTakesEffectAtTheFirstBlockEndAtOrBehindIt(long limit, long steps) {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,a0,1\n jal x0,0x10000")) {
            assertThat(guest.executor.run(limit)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.steps).isEqualTo(steps);
            assertThat(guest.hart.blocks).isEqualTo(steps / 2);
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(steps / 2);
        }
    }

    @Test
    default void aLongLoopIsExactWhereverItIsInterrupted() {
        String program =
                """
                loop:
                addi a0,a0,1
                andi a2,a0,7
                bne a2,x0,skip
                addi a1,a1,1
                skip:
                blt a0,a3,loop
                ecall
                """;
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[13] = 100_000;
            long limit = 0;
            while (guest.executor.run(limit) == Stop.LIMIT) {
                assertThat(guest.hart.steps).isBetween(limit, limit + 3);
                limit = guest.hart.steps + 997;
            }
            assertThat(guest.hart.steps).isEqualTo(4L * 100_000 + 100_000 / 8);
            assertThat(guest.hart.x[ContractGuest.A1]).isEqualTo(100_000 / 8);
        }
    }
}
