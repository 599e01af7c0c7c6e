package dev.lockstep.riscv.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/** A struct timespec of the guest, as it stands there. */
record Timespec(long seconds, long nanoseconds) {
    static final int BYTES = 16;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Returns the one at {@code address}, or nothing if it cannot be read. */
    static Optional<Timespec> read(Call call, long address) {
        byte[] bytes = call.bytes(address, BYTES);
        return bytes.length == 0 ? Optional.empty() : Optional.of(of(bytes));
    }

    static Timespec of(byte[] bytes) {
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Timespec(fields.getLong(), fields.getLong());
    }

    boolean isValid() {
        return seconds >= 0 && nanoseconds >= 0 && nanoseconds < NANOS_PER_SECOND;
    }

    Duration duration() {
        return Duration.ofSeconds(seconds, nanoseconds);
    }

    static byte[] bytes(Duration time) {
        return Struct.ofBytes(BYTES).i64(time.toSeconds()).i64(time.toNanosPart()).bytes();
    }
}
