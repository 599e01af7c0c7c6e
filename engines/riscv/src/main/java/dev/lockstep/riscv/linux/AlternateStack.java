package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The stack that handlers may ask for (sigaltstack(2)).
 *
 * <pre>| start u64 | flags u32 | padding u32 | size u64 |   the padding is never written</pre>
 *
 * @param size in bytes; 0 when there is none
 */
record AlternateStack(long start, long size) {
    static final int BYTES = 24;

    static final AlternateStack NONE = new AlternateStack(0, 0);

    private static final int FLAGS_OFFSET = 8;
    private static final int SIZE_OFFSET = 16;
    private static final int ON_STACK = 1;
    private static final int DISABLED = 2;
    private static final long MIN_BYTES = 2048;

    /** Returns the stack that {@link #BYTES} of the guest ask for. */
    static AlternateStack of(byte[] wanted) {
        ByteBuffer fields = fields(wanted);
        return fields.getInt(FLAGS_OFFSET) == DISABLED
                ? NONE
                : new AlternateStack(fields.getLong(0), fields.getLong(SIZE_OFFSET));
    }

    /** Returns what comes for this. */
    AlternateStack exchange(Fields fields) {
        return new AlternateStack(fields.number("start", start), fields.number("size", size));
    }

    /** Returns why this one cannot be replaced by what is asked for, or 0. */
    long refusal(byte[] wanted, long stackPointer) {
        int flags = fields(wanted).getInt(FLAGS_OFFSET);
        if (holds(stackPointer)) {
            return Errno.EPERM;
        }
        if (flags != 0 && flags != ON_STACK && flags != DISABLED) {
            return Errno.EINVAL;
        }
        boolean small = Long.compareUnsigned(fields(wanted).getLong(SIZE_OFFSET), MIN_BYTES) < 0;
        return flags != DISABLED && small ? Errno.ENOMEM : 0;
    }

    private static ByteBuffer fields(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns whether a stack pointer lies in it. */
    boolean holds(long stackPointer) {
        return Long.compareUnsigned(stackPointer - start, size) < 0;
    }

    /** Returns where the frame of a handler that asks for this stack ends. */
    long top(long stackPointer) {
        return flags(stackPointer) == 0 ? start + size : stackPointer;
    }

    private int flags(long stackPointer) {
        if (size == 0) {
            return DISABLED;
        }
        return holds(stackPointer) ? ON_STACK : 0;
    }

    /** Writes it where a stack_t is wanted; false if there is none to be written. */
    boolean write(GuestMemory memory, long address, long stackPointer) {
        byte[] head =
                Struct.ofBytes(FLAGS_OFFSET + Integer.BYTES)
                        .i64(start)
                        .i32(flags(stackPointer))
                        .bytes();
        byte[] tail = Struct.ofBytes(Long.BYTES).i64(size).bytes();
        return memory.writableBytes(address, BYTES) == BYTES
                && memory.write(address, head, 0, head.length)
                && memory.write(address + SIZE_OFFSET, tail, 0, tail.length);
    }
}
