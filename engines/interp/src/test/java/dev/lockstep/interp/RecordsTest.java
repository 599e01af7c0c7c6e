package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.sdk.RecordBatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Records and digests, by the formulas of docs/protocol.md. */
final class RecordsTest {
    private static final long PC = Guest.CODE;
    private static final int A0 = 10;
    private static final int A1 = 11;

    private record Row(long nextPc, long digest, int steps, int turns) {}

    @Test
    void registersCountEvenUnchangedButNeverX0() {
        long expected = effect(PC, Digest.X + A0, 0) + effect(PC + 8, Digest.X + A1, -1);
        assertThat(openDigest("addi a0,x0,0\n addi x0,x0,5\n addi a1,x0,-1\n ecall"))
                .isEqualTo(expected);
    }

    @Test
    void floatingPointRegistersCountBoxed() {
        long expected = effect(PC, Digest.F + A0, 0xffff_ffff_0000_0000L);
        assertThat(openDigest("fmv.w.x fa0,x0\n ecall")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"sb, 0xff, 1", "sh, 0xffff, 2", "sw, 0xffffffff, 4", "sd, -1, 8"})
    void storesCountAddressAndBytes(String name, long bytes, int width) {
        long expected =
                effect(PC, Digest.X + A1, -1) + stored(PC + 4, Guest.DATA + 1, bytes, width);
        assertThat(openDigest("addi a1,x0,-1\n " + name + " a1,1(s0)\n ecall")).isEqualTo(expected);
    }

    @Test
    void atomicsCountTheirStoreAndTheirResult() {
        long expected =
                stored(PC, Guest.DATA, Guest.DATA, 8)
                        + effect(PC, Digest.X + A0, 0)
                        + effect(PC + 4, Digest.X + A1, Guest.DATA)
                        + stored(PC + 8, Guest.DATA, 0, 4)
                        + effect(PC + 8, Digest.X + A0, 0)
                        + effect(PC + 12, Digest.X + A0, 1);
        String program =
                """
                amoswap.d a0,s0,(s0)
                lr.w a1,(s0)
                sc.w a0,x0,(s0)
                sc.w a0,x0,(s0)
                ecall
                """;
        assertThat(openDigest(program)).isEqualTo(expected);
    }

    @Test
    void csrWritesCountAsReadBack() {
        Row row = firstRow("csrrwi a0,0x002,15\n ecall");
        long expected = effect(PC, Digest.CSR + 2, 7) + effect(PC, Digest.X + A0, 0);
        assertThat(row).isEqualTo(new Row(PC + 4, expected, 1, 0));
    }

    @Test
    void branchesNotTakenHaveNoEffect() {
        assertThat(firstRow("bne x0,x0,0x10008\n ecall")).isEqualTo(new Row(PC + 4, 0, 1, 0));
    }

    @Test
    void forwardTransfersCountAndDoNotTurn() {
        long target = PC + 8;
        Row row = firstRow("beq x0,x0,0x10008\n c.nop\n c.nop\n ecall");
        long expected = effect(PC, Digest.TRANSFER, target);
        assertThat(row).isEqualTo(new Row(target, expected, 1, 0));
    }

    @Test
    void backwardTransfersTurnAfterTheirEffect() {
        Row row = firstRow("addi a0,x0,1\n jal a1,0x10000");
        long sum =
                effect(PC, Digest.X + A0, 1)
                        + effect(PC + 4, Digest.X + A1, PC + 8)
                        + effect(PC + 4, Digest.TRANSFER, PC);
        assertThat(row).isEqualTo(new Row(PC, sum * Digest.TURN, 2, 1));
    }

    @Test
    void indirectTransfersTurnEvenForward() {
        Row row = firstRow("auipc a0,0x0\n jalr x0,13(a0)\n ecall\n ecall");
        long sum = effect(PC, Digest.X + A0, PC) + effect(PC + 4, Digest.TRANSFER, PC + 12);
        assertThat(row).isEqualTo(new Row(PC + 12, sum * Digest.TURN, 2, 1));
    }

    @Test
    void stopsWhenTheBatchIsFullAndGoesOnAfterwards() {
        var batch = new RecordBatch(3);
        try (var guest = new Guest("loop:\n addi a0,a0,1\n jal x0,loop", Recording.blocks(batch))) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.RECORDS_FULL);
            assertThat(batch.size()).isEqualTo(3);
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.RECORDS_FULL);
            assertThat(guest.hart.steps).isEqualTo(6);
            batch.reset(2);
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.RECORDS_FULL);
            assertThat(guest.hart.steps).isEqualTo(10);
            assertThat(guest.hart.blocks).isEqualTo(5);
        }
    }

    private static long openDigest(String program) {
        try (var guest = new Guest(program, Recording.blocks(new RecordBatch(8)))) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.openTurns).isZero();
            return guest.hart.openDigest;
        }
    }

    private static Row firstRow(String program) {
        var batch = new RecordBatch(1);
        try (var guest = new Guest(program, Recording.blocks(batch))) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.RECORDS_FULL);
        }
        ByteBuffer row = ByteBuffer.wrap(batch.rows()).order(ByteOrder.LITTLE_ENDIAN);
        return new Row(
                row.getLong(RecordLayout.NEXT_PC_OFFSET),
                row.getLong(RecordLayout.DIGEST_OFFSET),
                row.getInt(RecordLayout.STEPS_OFFSET),
                row.getInt(RecordLayout.TURNS_OFFSET));
    }

    private static long effect(long pc, int slot, long value) {
        return Digest.mix(value) * Digest.constant(pc, slot);
    }

    private static long stored(long pc, long address, long value, int width) {
        return Digest.mixStore(address, value) * Digest.constant(pc, Digest.storeSlot(width));
    }
}
