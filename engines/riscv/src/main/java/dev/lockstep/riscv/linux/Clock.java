package dev.lockstep.riscv.linux;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The clocks of the host by their numbers (uapi/linux/time.h). */
final class Clock {
    static final int REALTIME = 0;
    static final int MONOTONIC = 1;
    private static final int PROCESS_CPU = 2;
    private static final int THREAD_CPU = 3;
    private static final int MONOTONIC_RAW = 4;
    private static final int REALTIME_COARSE = 5;
    private static final int MONOTONIC_COARSE = 6;
    private static final int BOOT = 7;
    private static final int ATOMIC = 11;

    private Clock() {}

    /** Returns the time since a clock's epoch, or nothing for one that is unknown. */
    static Optional<Duration> now(int clock) {
        return switch (clock) {
            case REALTIME, REALTIME_COARSE, ATOMIC -> {
                Instant now = Instant.now();
                yield Optional.of(Duration.ofSeconds(now.getEpochSecond(), now.getNano()));
            }
            // On Linux System.nanoTime is CLOCK_MONOTONIC.
            case MONOTONIC, MONOTONIC_RAW, MONOTONIC_COARSE, BOOT ->
                    Optional.of(Duration.ofNanos(System.nanoTime()));
            case PROCESS_CPU, THREAD_CPU -> Optional.of(HostProcess.cpuTime());
            default -> Optional.empty();
        };
    }

    /** Returns whether Linux lets a process sleep by this clock. */
    static boolean canWake(int clock) {
        return switch (clock) {
            case THREAD_CPU, MONOTONIC_RAW, REALTIME_COARSE, MONOTONIC_COARSE -> false;
            default -> true;
        };
    }
}
