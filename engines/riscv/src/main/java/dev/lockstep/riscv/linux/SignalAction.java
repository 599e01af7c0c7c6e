package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a process does about a signal.
 *
 * <pre>| handler u64 | flags u64 | restorer u64 | mask u64 |   as qemu-user has it for riscv64
 * </pre>
 *
 * @param restorer kept, but of no use: a handler returns to the page of its own
 * @param mask what is blocked besides while the handler runs
 */
record SignalAction(long handler, long flags, long restorer, long mask) {
    static final int BYTES = 4 * Long.BYTES;

    static final SignalAction DEFAULT = new SignalAction(0, 0, 0, 0);

    private static final long DEFAULT_HANDLER = 0;
    private static final long IGNORE_HANDLER = 1;
    private static final long ERROR_HANDLER = -1;

    private static final long ON_STACK = 0x08000000;
    private static final long NO_DEFER = 0x40000000;
    private static final long RESET_HANDLER = 0x80000000L;

    static SignalAction of(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new SignalAction(
                words.getLong(), words.getLong(), words.getLong(), words.getLong() & Signal.USABLE);
    }

    /** Returns what comes for this. */
    SignalAction exchange(Fields fields) {
        return new SignalAction(
                fields.number("handler", handler),
                fields.number("flags", flags),
                fields.number("restorer", restorer),
                fields.bits("mask", mask, Signal.USABLE));
    }

    byte[] bytes() {
        return Struct.ofBytes(BYTES).i64(handler).i64(flags).i64(restorer).i64(mask).bytes();
    }

    /** Returns this action with the default in place of its handler. */
    SignalAction withoutHandler() {
        return new SignalAction(DEFAULT_HANDLER, flags, restorer, mask);
    }

    boolean isDefault() {
        return handler == DEFAULT_HANDLER;
    }

    boolean hasHandler() {
        return !isDefault() && handler != IGNORE_HANDLER && handler != ERROR_HANDLER;
    }

    /** Returns whether a signal with this action does nothing. */
    boolean ignores(int signal) {
        return handler == IGNORE_HANDLER
                || (isDefault() && Signal.isIn(signal, Signal.IGNORED_BY_DEFAULT));
    }

    boolean usesAlternateStack() {
        return (flags & ON_STACK) != 0;
    }

    boolean defersItself() {
        return (flags & NO_DEFER) == 0;
    }

    boolean isUsedOnce() {
        return (flags & RESET_HANDLER) != 0;
    }
}
