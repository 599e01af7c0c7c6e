package dev.lockstep.gdb;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * What one instruction did in the stub.
 *
 * @param nextPc where its hart stands; for a trap the instruction's own address
 * @param trap what kept it from completing; null if nothing
 * @param writes what registers it wrote, and which others have changed
 * @param fcsr floating-point flags and mode behind it, or {@link #SAME}
 * @param store what it stored; null if nothing
 */
record StepOutcome(
        long nextPc, @Nullable Trap trap, List<Write> writes, int fcsr, @Nullable Store store) {
    /** The instruction has nothing to do with flags and mode. */
    static final int SAME = -1;

    StepOutcome {
        writes = List.copyOf(writes);
    }

    /**
     * A write of a register.
     *
     * @param slot 0 to 31 for x, 32 to 63 for f
     */
    record Write(int slot, long value) {}

    /**
     * Why an instruction did not complete.
     *
     * @param cause one of {@link dev.lockstep.riscv.TrapCause}
     * @param value as {@link dev.lockstep.riscv.Hart#trapValue}
     */
    record Trap(int cause, long value) {}

    /**
     * A store.
     *
     * @param width 1, 2, 4 or 8 bytes
     * @param value what memory holds there now, zero-extended
     */
    record Store(long address, int width, long value) {
        static Store of(long address, byte[] bytes) {
            byte[] wide = Arrays.copyOf(bytes, Long.BYTES);
            long value = ByteBuffer.wrap(wide).order(ByteOrder.LITTLE_ENDIAN).getLong();
            return new Store(address, bytes.length, value);
        }

        /** Returns the bytes as memory has them. */
        byte[] bytes() {
            byte[] wide =
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(value)
                            .array();
            return Arrays.copyOf(wide, width);
        }
    }
}
