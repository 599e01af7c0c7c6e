package dev.lockstep.riscv.contract;

import static dev.lockstep.riscv.contract.ContractGuest.CODE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.sdk.RecordBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records and their digests, computed here from lists of effects (docs/protocol.md, "Digest"). */
interface RecordContract extends ExecutorFactory {
    private static long effect(long pc, int slot, long value) {
        return Digest.mix(value) * Digest.constant(pc, slot);
    }

    private static long stored(long pc, long address, long value, int width) {
        return Digest.mixStore(address, value) * Digest.constant(pc, Digest.storeSlot(width));
    }

    /** Runs to the first ecall or trap and returns the digest of its open record. */
    private long openDigest(String program) {
        try (ContractGuest guest =
                new ContractGuest(this, program, Recording.blocks(new RecordBatch(100)))) {
            guest.run();
            assertThat(guest.hart.openTurns).isZero();
            return guest.hart.openDigest;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addi a0,x0,0          | 10 | 0",
                "addi a0,x0,-1         | 10 | -1",
                "lui t6,0x80000        | 31 | -2147483648",
                "ld a0,0(s0)           | 10 | 0",
                "mul a0,s0,s0          | 10 | 0x400000000",
                "fcvt.s.w fa0,x0,rne   | 42 | -4294967296",
                "fmv.d.x fa0,s0        | 42 | 0x20000",
                "fld fa1,0(s0)         | 43 | 0",
                "feq.s a0,fa0,fa0      | 10 | 0",
                "lr.d a0,(s0)          | 10 | 0",
                "sc.d a0,x0,(s0)       | 10 | 1",
                "c.mv a0,s0            | 10 | 0x20000",
            })
    default void aRegisterWriteIsCounted(String instruction, int slot, long value) {
        assertThat(openDigest(instruction + "\n ecall")).isEqualTo(effect(CODE, slot, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addi x0,x0,5",
                "ld x0,0(s0)",
                "mul x0,s0,s0",
                "c.nop",
                "fence rw,rw",
                "lui x0,1",
            })
    default void aWriteToX0IsNotCounted(String instruction) {
        assertThat(openDigest(instruction + "\n ecall")).isZero();
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
    })
    default void aStoreIsCounted(String instruction, long address, long bytes, int width) {
        long expected =
                effect(CODE, ContractGuest.A1, -1) + stored(CODE + 4, address, bytes, width);
        assertThat(openDigest("addi a1,x0,-1\n" + instruction + "\n ecall")).isEqualTo(expected);
    }

    @Test
    default void anAtomicCountsItsStoreAndItsResult() {
        long expected =
                stored(CODE, ContractGuest.DATA, ContractGuest.DATA, 8)
                        + effect(CODE, ContractGuest.A0, 0)
                        + effect(CODE + 4, ContractGuest.A0, ContractGuest.DATA)
                        + stored(CODE + 4, ContractGuest.DATA, 2 * ContractGuest.DATA, 4);
        String program = "amoswap.d a0,s0,(s0)\n amoadd.w a0,s0,(s0)\n ecall";
        assertThat(openDigest(program)).isEqualTo(expected);
    }

    @Test
    default void aStoreConditionalCountsItsStoreOnlyIfItSucceeds() {
        long expected =
                effect(CODE, ContractGuest.A0, 0)
                        + stored(CODE + 4, ContractGuest.DATA, ContractGuest.DATA, 8)
                        + effect(CODE + 4, ContractGuest.A1, 0)
                        + effect(CODE + 8, ContractGuest.A1, 1);
        String program = "lr.d a0,(s0)\n sc.d a1,s0,(s0)\n sc.d a1,x0,(s0)\n ecall";
        assertThat(openDigest(program)).isEqualTo(expected);
    }

    @Test
    default void anExplicitCsrWriteIsCountedAsItReadsBack() {
        RecordBatch expected = new RecordBatch(1);
        long digest = effect(CODE, Digest.CSR + 2, 7) + effect(CODE, ContractGuest.A0, 0);
        expected.add(CODE + 4, digest, 1, 0);
        assertRecords("csrrwi a0,0x002,15\n ecall", expected);
    }

    @Test
    default void aCsrThatIsOnlyReadIsNotCounted() {
        RecordBatch expected = new RecordBatch(1);
        expected.add(CODE + 4, effect(CODE, ContractGuest.A0, 0), 1, 0);
        assertRecords("csrrs a0,0x003,x0\n ecall", expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'beq x0,x0,0x10008', 0x10008, 0x10008, 0",
        "'bne x0,x0,0x10008', 0x10004, 0, 0",
        "'jal x0,0x10008', 0x10008, 0x10008, 0",
        "'jalr x0,8(a1)', 0x10008, 0x10008, 1",
    })
    default void aTakenTransferIsCounted(String instruction, long next, long target, int turns) {
        long digest = target == 0 ? 0 : effect(CODE, Digest.TRANSFER, target);
        RecordBatch expected = new RecordBatch(1);
        expected.add(next, turns == 0 ? digest : digest * Digest.TURN, 1, turns);
        assertRecords(instruction + "\n ecall\n ecall", expected);
    }

    @Test
    default void aBackwardTransferTurns() {
        long first =
                effect(CODE, ContractGuest.A0, 1)
                        + effect(CODE + 4, Digest.TRANSFER, CODE)
                        + effect(CODE + 4, ContractGuest.A1, CODE + 8);
        try (ContractGuest guest =
                new ContractGuest(
                        this,
                        "addi a0,a0,1\n jal a1,0x10000",
                        Recording.blocks(new RecordBatch(1)))) {
            assertThat(guest.run()).isEqualTo(Stop.RECORDS_FULL);
            assertThat(guest.hart.steps).isEqualTo(2);
        }
        RecordBatch expected = new RecordBatch(1);
        expected.add(CODE, first * Digest.TURN, 2, 1);
        assertRecords("addi a0,a0,1\n jal a1,0x10000", expected);
    }

    @Test
    default void aLoopHasARecordForEachRound() {
        RecordBatch expected = new RecordBatch(3);
        for (int round = 1; round <= 3; round++) {
            long digest = effect(CODE, ContractGuest.A0, round);
            digest += effect(CODE + 4, Digest.TRANSFER, CODE);
            expected.add(CODE, digest * Digest.TURN, 2, 1);
        }
        assertRecords("addi a0,a0,1\n beq x0,x0,0x10000", expected);
    }

    /** Runs until as many records are full as are expected, or to the first ecall. */
    private void assertRecords(String program, RecordBatch expected) {
        RecordBatch actual = new RecordBatch(expected.size());
        try (ContractGuest guest = new ContractGuest(this, program, Recording.blocks(actual))) {
            Hart hart = guest.hart;
            hart.x[ContractGuest.A1] = CODE;
            guest.run();
            assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
        }
    }
}
