package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;

/** The clocks of the host by their numbers (uapi/linux/time.h). */
final class Clock {
    static final int REALTIME = 0;
    static final int MONOTONIC = 1;
    private static final int THREAD_CPU = 3;
    private static final int MONOTONIC_RAW = 4;
    private static final int REALTIME_COARSE = 5;
    private static final int MONOTONIC_COARSE = 6;

    private Clock() {}

    /** Returns the time since a clock's epoch, or nothing for one that the host does not know. */
    static Optional<Duration> now(HostKernel kernel, int clock) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            long result = kernel.call(HostCall.CLOCK_GETTIME, clock, time.address());
            return Errno.isError(result)
                    ? Optional.empty()
                    : Optional.of(
                            Duration.ofSeconds(
                                    time.getAtIndex(ValueLayout.JAVA_LONG, 0),
                                    time.getAtIndex(ValueLayout.JAVA_LONG, 1)));
        }
    }

    /** Returns whether Linux lets a process sleep by this clock. */
    static boolean canWake(int clock) {
        return switch (clock) {
            case THREAD_CPU, MONOTONIC_RAW, REALTIME_COARSE, MONOTONIC_COARSE -> false;
            default -> true;
        };
    }
}
