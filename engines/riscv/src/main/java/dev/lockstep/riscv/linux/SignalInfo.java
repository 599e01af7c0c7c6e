package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What a signal says of itself (siginfo_t). Only the fields that belong to its kind reach guest
 * memory, as in qemu-user; the rest keeps what was there.
 */
final class SignalInfo {
    static final int BYTES = 128;

    /** si_code of kill(2). */
    static final int USER = 0;

    /** si_code of tkill(2) and tgkill(2). */
    static final int TKILL = -6;

    /** si_code of what the kernel sends for no reason of its own table. */
    static final int KERNEL = 0x80;

    private static final int CODE_OFFSET = 8;
    private static final int DETAIL_OFFSET = 16;
    private static final int HEAD_BYTES = 12;

    static final SignalInfo BLANK = ofKernel(0);

    private final int signal;
    private final byte[] head;
    private final byte[] detail;

    /* | signal i32 | error number i32 = 0 | code i32 | padding i32 | detail |   asm-generic/siginfo.h */
    private SignalInfo(int signal, int code, byte[] detail) {
        this.signal = signal;
        head = Struct.ofBytes(HEAD_BYTES).i32(signal).i32(0).i32(code).bytes();
        this.detail = detail;
    }

    /** Returns a signal that a process sent. */
    static SignalInfo sent(int signal, int code, int processId, int userId) {
        return new SignalInfo(
                signal, code, Struct.ofBytes(Long.BYTES).i32(processId).i32(userId).bytes());
    }

    /** Returns the signal that a siginfo_t of the guest describes, as the sender made it up. */
    static SignalInfo of(int signal, byte[] bytes) {
        int code = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(CODE_OFFSET);
        boolean hasValue = code != USER && code != TKILL && code != KERNEL;
        int detailBytes = hasValue ? 2 * Long.BYTES : Long.BYTES;
        return new SignalInfo(
                signal,
                code,
                Arrays.copyOfRange(bytes, DETAIL_OFFSET, DETAIL_OFFSET + detailBytes));
    }

    /** Returns a signal for an instruction that cannot complete. */
    static SignalInfo fault(int signal, int code, long address) {
        return new SignalInfo(signal, code, Struct.ofBytes(Long.BYTES).i64(address).bytes());
    }

    /** Returns a signal that the kernel sends, such as SIGPIPE. */
    static SignalInfo ofKernel(int signal) {
        return sent(signal, KERNEL, 0, 0);
    }

    /** Returns what comes for this. */
    SignalInfo exchange(Fields fields) {
        return new SignalInfo(
                fields.number("signal", signal, 1, Signal.COUNT),
                fields.number("code", code(), Integer.MIN_VALUE, Integer.MAX_VALUE),
                checked(fields.data("detail", detail)));
    }

    private static byte[] checked(byte[] detail) {
        if (detail.length != Long.BYTES && detail.length != 2 * Long.BYTES) {
            throw new IllegalArgumentException(
                    "detail: %d bytes (expected: 8 or 16)".formatted(detail.length));
        }
        return detail;
    }

    int signal() {
        return signal;
    }

    int code() {
        return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(CODE_OFFSET);
    }

    /**
     * Writes it where a siginfo_t is wanted; false, and nothing written, if there is none to be
     * written.
     */
    boolean write(GuestMemory memory, long address) {
        return memory.writableBytes(address, BYTES) == BYTES
                && memory.write(address, head, 0, head.length)
                && memory.write(address + DETAIL_OFFSET, detail, 0, detail.length);
    }
}
