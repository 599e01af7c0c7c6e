package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The records of one batch, as they came. At least one. See {@link RecordLayout} for the bytes.
 *
 * <p>Hot path: the steps of every record are summed once, when the batch comes.
 */
final class Rows implements Item {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final long firstStep;
    private final long firstPc;
    private final byte[] bytes;
    private final long endStep;
    private final @Nullable RegisterRows registers;

    private Rows(
            long firstStep,
            long firstPc,
            byte[] bytes,
            long endStep,
            @Nullable RegisterRows registers) {
        this.firstStep = firstStep;
        this.firstPc = firstPc;
        this.bytes = bytes;
        this.endStep = endStep;
        this.registers = registers;
    }

    /** Takes the records out of a frame, which tells no registers. */
    static Rows of(RecordBatch batch) throws ProtocolException {
        return of(batch, RegisterSelection.NOTHING);
    }

    /**
     * Takes the records out of a frame.
     *
     * @param selection takes the registers
     * @throws ProtocolException if there is none, part of one, or one without steps; if the
     *     registers are not those of these records
     */
    static Rows of(RecordBatch batch, RegisterSelection selection) throws ProtocolException {
        ByteString records = batch.getRecords();
        if (records.isEmpty() || records.size() % RecordLayout.SIZE_BYTES != 0) {
            throw ProtocolException.badFrame(
                    "RecordBatch.records: %d bytes (expected: a positive multiple of %d)"
                            .formatted(records.size(), RecordLayout.SIZE_BYTES));
        }
        byte[] bytes = records.toByteArray();
        long endStep = batch.getFirstStep() + sumSteps(bytes, 0, bytes.length);
        if (hasEmptyRecord(bytes)) {
            throw ProtocolException.badFrame(
                    "RecordBatch.records: a record of 0 steps (expected: >= 1)");
        }
        RegisterRows registers =
                selection.select(batch.getRegisters(), bytes.length / RecordLayout.SIZE_BYTES);
        return new Rows(batch.getFirstStep(), batch.getFirstPc(), bytes, endStep, registers);
    }

    @Override
    public long firstPc() {
        return firstPc;
    }

    long firstStep() {
        return firstStep;
    }

    /** Returns the step after the last record. */
    long endStep() {
        return endStep;
    }

    /** Returns the address after the last record. */
    long endPc() {
        return nextPc(bytes.length - RecordLayout.SIZE_BYTES);
    }

    int count() {
        return bytes.length / RecordLayout.SIZE_BYTES;
    }

    /** Returns the records themselves, not a copy. */
    byte[] bytes() {
        return bytes;
    }

    /** Returns next_pc of the record at {@code offset}, in bytes. */
    long nextPc(int offset) {
        return (long) LONG.get(bytes, offset + RecordLayout.NEXT_PC_OFFSET);
    }

    long digest(int offset) {
        return (long) LONG.get(bytes, offset + RecordLayout.DIGEST_OFFSET);
    }

    long steps(int offset) {
        return Integer.toUnsignedLong((int) INT.get(bytes, offset + RecordLayout.STEPS_OFFSET));
    }

    long turns(int offset) {
        return Integer.toUnsignedLong((int) INT.get(bytes, offset + RecordLayout.TURNS_OFFSET));
    }

    /**
     * Returns the first register that differs after two records at these offsets, in bytes; null if
     * none does, or none are told.
     */
    @Nullable Difference compareRegisters(int offset, Rows subject, int subjectOffset) {
        return registers == null || subject.registers == null
                ? null
                : registers.compare(
                        offset / RecordLayout.SIZE_BYTES,
                        subject.registers,
                        subjectOffset / RecordLayout.SIZE_BYTES);
    }

    /** Returns the steps of the records between two offsets, in bytes. */
    long sumSteps(int from, int to) {
        return sumSteps(bytes, from, to);
    }

    /** Returns the sum of the last column of the records between two offsets, in bytes. */
    long sumTurns(int from, int to) {
        long sum = 0;
        for (int row = from; row < to; row += RecordLayout.SIZE_BYTES) {
            sum += turns(row);
        }
        return sum;
    }

    private static long sumSteps(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int row = from; row < to; row += RecordLayout.SIZE_BYTES) {
            sum += (int) INT.get(bytes, row + RecordLayout.STEPS_OFFSET) & 0xFFFFFFFFL;
        }
        return sum;
    }

    private static boolean hasEmptyRecord(byte[] bytes) {
        boolean empty = false;
        for (int row = 0; row < bytes.length; row += RecordLayout.SIZE_BYTES) {
            empty |= (int) INT.get(bytes, row + RecordLayout.STEPS_OFFSET) == 0;
        }
        return empty;
    }
}
