package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a handler finds on its stack, and what returning from it restores: struct rt_sigframe of
 * riscv64 as qemu-user 7.2 lays it out. Bytes that no field covers keep what the stack held.
 *
 * <pre>
 * | siginfo 128 | flags u64 | link u64 | alternate stack 24 | mask u64 | 128 unused |
 * | pc u64 | x1 to x31 u64 | f0 to f31 u64 | fcsr u32 | padding to 832 |
 * </pre>
 */
final class SignalFrame {
    private static final int CONTEXT_OFFSET = SignalInfo.BYTES;
    private static final int STACK_OFFSET = CONTEXT_OFFSET + 2 * Long.BYTES;
    private static final int MASK_OFFSET = STACK_OFFSET + AlternateStack.BYTES;
    private static final int UNUSED_BYTES = 128;
    private static final int REGISTERS_OFFSET = MASK_OFFSET + Signal.SET_BYTES + UNUSED_BYTES;
    private static final int FLOATS_OFFSET = REGISTERS_OFFSET + 32 * Long.BYTES;
    private static final int FCSR_OFFSET = FLOATS_OFFSET + 32 * Long.BYTES;
    private static final int ALIGNMENT = 16;
    private static final int BYTES = (FCSR_OFFSET + Integer.BYTES + ALIGNMENT - 1) & -ALIGNMENT;

    private static final int FFLAGS_BITS = 5;
    private static final int FFLAGS = 0x1f;
    private static final int FRM = 7;
    private static final int STACK_POINTER = 2;

    private final GuestMemory memory;
    private final Hart hart;

    SignalFrame(GuestMemory memory, Hart hart) {
        this.memory = memory;
        this.hart = hart;
    }

    /** Returns the address of a frame's ucontext. */
    static long context(long frame) {
        return frame + CONTEXT_OFFSET;
    }

    /**
     * Returns where the frame for a handler goes; where none can be written if it has no room.
     *
     * @param wantsAlternate whether the handler is to run on the alternate stack
     */
    long place(AlternateStack alternate, boolean wantsAlternate) {
        long stackPointer = hart.x[STACK_POINTER];
        if (alternate.holds(stackPointer) && !alternate.holds(stackPointer - BYTES)) {
            return -1;
        }
        long top = wantsAlternate ? alternate.top(stackPointer) : stackPointer;
        return (top - BYTES) & -ALIGNMENT;
    }

    /**
     * Saves the hart and what the signal says of itself.
     *
     * @param mask what was blocked before
     * @return false, and nothing written, if the stack cannot take it
     */
    boolean write(long frame, SignalInfo info, AlternateStack alternate, long mask) {
        if (memory.writableBytes(frame, BYTES) != BYTES) {
            return false;
        }
        Struct registers = Struct.ofBytes(FCSR_OFFSET + Integer.BYTES - REGISTERS_OFFSET);
        registers.i64(hart.pc);
        for (int i = 1; i < hart.x.length; i++) {
            registers.i64(hart.x[i]);
        }
        for (long value : hart.f) {
            registers.i64(value);
        }
        registers.i32((hart.frm << FFLAGS_BITS) | hart.fflags);
        return info.write(memory, frame)
                && put(frame + CONTEXT_OFFSET, Struct.ofBytes(2 * Long.BYTES))
                && alternate.write(memory, frame + STACK_OFFSET, hart.x[STACK_POINTER])
                && put(frame + MASK_OFFSET, Struct.ofBytes(Signal.SET_BYTES).i64(mask))
                && put(frame + REGISTERS_OFFSET, registers);
    }

    private boolean put(long address, Struct struct) {
        return memory.write(address, struct.bytes(), 0, struct.bytes().length);
    }

    /** Returns whether there is a frame to restore from. */
    boolean isReadable(long frame) {
        return memory.readableBytes(frame, BYTES) == BYTES;
    }

    /** Sets the hart to what it was. */
    void restore(long frame) {
        byte[] bytes = new byte[BYTES - REGISTERS_OFFSET];
        memory.read(frame + REGISTERS_OFFSET, bytes, 0, bytes.length);
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        hart.pc = fields.getLong();
        for (int i = 1; i < hart.x.length; i++) {
            hart.x[i] = fields.getLong();
        }
        for (int i = 0; i < hart.f.length; i++) {
            hart.f[i] = fields.getLong();
        }
        int fcsr = fields.getInt();
        hart.fflags = fcsr & FFLAGS;
        hart.frm = (fcsr >> FFLAGS_BITS) & FRM;
    }

    /** Returns what was blocked. */
    long mask(long frame) {
        return memory.loadLong(frame + MASK_OFFSET);
    }

    /** Returns the alternate stack as the guest would ask for it. */
    byte[] alternateStack(long frame) {
        byte[] stack = new byte[AlternateStack.BYTES];
        memory.read(frame + STACK_OFFSET, stack, 0, stack.length);
        return stack;
    }
}
