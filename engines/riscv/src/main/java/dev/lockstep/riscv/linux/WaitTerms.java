package dev.lockstep.riscv.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a call waits for descriptors, and what it blocks meanwhile.
 *
 * @param error what is wrong with the terms, or 0
 * @param limit empty to wait for ever
 * @param blocked empty to block what is blocked anyway
 */
record WaitTerms(long error, Optional<Duration> limit, Optional<Long> blocked) {
    /**
     * Reads the terms from guest memory.
     *
     * @param time address of a timespec, or 0
     * @param set address of a signal set, or 0
     * @param setBytes the size that the guest gives for it
     */
    static WaitTerms read(Call call, long time, long set, long setBytes) {
        Optional<Timespec> span = time == 0 ? Optional.empty() : Timespec.read(call, time);
        if (time != 0 && span.isEmpty()) {
            return refused(Errno.EFAULT);
        }
        if (set != 0 && setBytes != Signal.SET_BYTES) {
            return refused(Errno.EINVAL);
        }
        byte[] blocked = set == 0 ? new byte[0] : call.bytes(set, Signal.SET_BYTES);
        if (set != 0 && blocked.length == 0) {
            return refused(Errno.EFAULT);
        }
        if (span.isPresent() && !span.get().isValid()) {
            return refused(Errno.EINVAL);
        }
        return new WaitTerms(
                0,
                span.map(Timespec::duration),
                set == 0 ? Optional.empty() : Optional.of(word(blocked)));
    }

    private static long word(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    static WaitTerms refused(long error) {
        return new WaitTerms(error, Optional.empty(), Optional.empty());
    }
}
