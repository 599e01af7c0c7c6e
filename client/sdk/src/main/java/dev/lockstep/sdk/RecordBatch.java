package dev.lockstep.sdk;

import dev.lockstep.protocol.RecordLayout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Collects the records of consecutive blocks until they are sent. Not thread-safe: the engine's
 * thread fills and sends it.
 *
 * <p>Hot path: {@link #add} runs once per basic block.
 */
public final class RecordBatch {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] rows;
    private final byte[] registers;
    private final int registerBytes;
    private int end;
    private int limit;

    /** Creates a batch that never holds more than {@code capacity} records, without registers. */
    public RecordBatch(int capacity) {
        this(capacity, 0);
    }

    /**
     * Creates a batch that never holds more than {@code capacity} records.
     *
     * @param registerBytes bytes of registers after each of them
     */
    public RecordBatch(int capacity, int registerBytes) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        rows = new byte[Math.multiplyExact(capacity, RecordLayout.SIZE_BYTES)];
        registers = new byte[Math.multiplyExact(capacity, registerBytes)];
        this.registerBytes = registerBytes;
        limit = rows.length;
    }

    /**
     * Appends one record. The caller must have seen {@link #hasRoom}.
     *
     * @return whether there is room for another
     */
    public boolean add(long nextPc, long digest, int steps, int turns) {
        int row = end;
        LONG.set(rows, row + RecordLayout.NEXT_PC_OFFSET, nextPc);
        LONG.set(rows, row + RecordLayout.DIGEST_OFFSET, digest);
        INT.set(rows, row + RecordLayout.STEPS_OFFSET, steps);
        INT.set(rows, row + RecordLayout.TURNS_OFFSET, turns);
        end = row + RecordLayout.SIZE_BYTES;
        return end < limit;
    }

    /** Returns whether another record may be added. */
    public boolean hasRoom() {
        return end < limit;
    }

    /** Returns whether another {@code records} may be added. */
    public boolean hasRoom(int records) {
        return limit - end >= records * RecordLayout.SIZE_BYTES;
    }

    /** Returns how many records wait to be sent. */
    public int size() {
        return end / RecordLayout.SIZE_BYTES;
    }

    /** Forgets all records and admits {@code credit} new ones, or as many as fit. */
    public void reset(long credit) {
        end = 0;
        limit =
                (int) Math.min(rows.length / RecordLayout.SIZE_BYTES, credit)
                        * RecordLayout.SIZE_BYTES;
    }

    /** Returns the buffer itself; the first {@link #sizeBytes} bytes are records (RecordLayout). */
    public byte[] rows() {
        return rows;
    }

    /**
     * Returns the values of registers after each record, in as many bytes each; see
     * Hello.registers.
     */
    public byte[] registers() {
        return registers;
    }

    /** Returns where in {@link #registers} those after the record that was added last begin. */
    public int lastRegisters() {
        return (size() - 1) * registerBytes;
    }

    /** Returns how many bytes of registers there are after each record. */
    public int registerBytes() {
        return registerBytes;
    }

    /** Returns how many bytes of records wait to be sent. */
    public int sizeBytes() {
        return end;
    }
}
