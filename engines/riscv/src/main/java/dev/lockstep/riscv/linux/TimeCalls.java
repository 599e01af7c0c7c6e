package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.input;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.sdk.InputAnswer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** System calls on clocks. */
final class TimeCalls {
    private static final int TIME_BYTES = 16;
    private static final int USAGE_BYTES = 144;
    private static final int TIMER_ABSTIME = 1;
    private static final long COARSE_RESOLUTION_NS = 4_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int TICKS_PER_SECOND = 100;

    // Shorter sleeps are not worth a word to the coordinator.
    private static final Duration SILENT_SLEEP = Duration.ofMillis(100);

    private static final int REALTIME = 0;

    private final HostCallListener listener;

    TimeCalls(HostCallListener listener) {
        this.listener = listener;
    }

    List<Syscall> rows() {
        return List.of(
                input(
                        101,
                        "nanosleep",
                        2,
                        call -> call.bytes(call.argument(0), TIME_BYTES),
                        this::sleep),
                input(113, "clock_gettime", 2, TimeCalls::time),
                input(114, "clock_getres", 2, TimeCalls::resolution),
                input(
                        115,
                        "clock_nanosleep",
                        4,
                        call -> call.bytes(call.argument(2), TIME_BYTES),
                        this::sleepOnClock),
                input(153, "times", 1, TimeCalls::times),
                input(165, "getrusage", 2, TimeCalls::usage),
                input(169, "gettimeofday", 2, TimeCalls::timeOfDay));
    }

    /**
     * Returns the time since the epoch of a clock (uapi/linux/time.h), or empty for one that is
     * unknown.
     */
    private static Optional<Duration> now(int clock) {
        return switch (clock) {
            case REALTIME, 5, 11 -> {
                Instant now = Instant.now();
                yield Optional.of(Duration.ofSeconds(now.getEpochSecond(), now.getNano()));
            }
            // On Linux System.nanoTime is CLOCK_MONOTONIC.
            case 1, 4, 6, 7 -> Optional.of(Duration.ofNanos(System.nanoTime()));
            case 2, 3 -> Optional.of(HostProcess.cpuTime());
            default -> Optional.empty();
        };
    }

    private static InputAnswer time(Call call, byte[] output) {
        return now(call.intArgument(0))
                .map(time -> call.answer(0, call.argument(1), timespec(time)))
                .orElse(InputAnswer.of(Errno.EINVAL));
    }

    private static InputAnswer resolution(Call call, byte[] output) {
        int clock = call.intArgument(0);
        if (now(clock).isEmpty()) {
            return InputAnswer.of(Errno.EINVAL);
        }
        boolean coarse = clock == 5 || clock == 6;
        return call.argument(1) == 0
                ? InputAnswer.of(0)
                : call.answer(
                        0,
                        call.argument(1),
                        timespec(Duration.ofNanos(coarse ? COARSE_RESOLUTION_NS : 1)));
    }

    private static InputAnswer timeOfDay(Call call, byte[] output) {
        Instant now = Instant.now();
        Struct time = Struct.ofBytes(TIME_BYTES);
        time.i64(now.getEpochSecond()).i64(now.getNano() / 1000);
        return call.argument(0) == 0
                ? InputAnswer.of(0)
                : call.answer(0, call.argument(0), time.bytes());
    }

    private InputAnswer sleep(Call call, byte[] request) {
        return InputAnswer.of(sleep(call, request, Duration.ZERO));
    }

    private InputAnswer sleepOnClock(Call call, byte[] request) {
        Optional<Duration> now = now(call.intArgument(0));
        if (now.isEmpty()) {
            return InputAnswer.of(Errno.EINVAL);
        }
        boolean absolute = (call.argument(1) & TIMER_ABSTIME) != 0;
        return InputAnswer.of(sleep(call, request, absolute ? now.get() : Duration.ZERO));
    }

    /** Sleeps until the requested time, which counts from {@code origin} before now. */
    private long sleep(Call call, byte[] request, Duration origin) {
        if (request.length == 0) {
            return Errno.EFAULT;
        }
        ByteBuffer time = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN);
        long seconds = time.getLong();
        long nanoseconds = time.getLong();
        if (seconds < 0 || nanoseconds < 0 || nanoseconds >= NANOS_PER_SECOND) {
            return Errno.EINVAL;
        }
        Duration duration = Duration.ofSeconds(seconds, nanoseconds).minus(origin);
        if (duration.compareTo(SILENT_SLEEP) > 0) {
            listener.entered(call.number());
        }
        try {
            Thread.sleep(duration.isNegative() ? Duration.ZERO : duration);
            return 0;
        } catch (InterruptedException e) {
            // The engine is being stopped: its loop sees the interrupt at the next block.
            Thread.currentThread().interrupt();
            return Errno.EINTR;
        }
    }

    private static InputAnswer times(Call call, byte[] output) {
        long user = ticks(HostProcess.cpuTime());
        Struct times = Struct.ofBytes(4 * Long.BYTES).i64(user);
        long value = ticks(HostProcess.uptime());
        return call.argument(0) == 0
                ? InputAnswer.of(value)
                : call.answer(value, call.argument(0), times.bytes());
    }

    private static long ticks(Duration time) {
        return time.toMillis() * TICKS_PER_SECOND / 1000;
    }

    /* | user time | system time | 14 x u64 |   all time is shown as user time */
    private static InputAnswer usage(Call call, byte[] output) {
        int who = call.intArgument(0);
        if (who < -1 || who > 1) {
            return InputAnswer.of(Errno.EINVAL);
        }
        Duration time = who == -1 ? Duration.ZERO : HostProcess.cpuTime();
        Struct usage = Struct.ofBytes(USAGE_BYTES);
        usage.i64(time.toSeconds()).i64(time.toNanosPart() / 1000);
        return call.answer(0, call.argument(1), usage.bytes());
    }

    private static byte[] timespec(Duration time) {
        return Struct.ofBytes(TIME_BYTES).i64(time.toSeconds()).i64(time.toNanosPart()).bytes();
    }
}
