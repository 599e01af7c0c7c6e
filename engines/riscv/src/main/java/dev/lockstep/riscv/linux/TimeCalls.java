package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Syscall.input;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** System calls on clocks. */
final class TimeCalls {
    private static final Argument TIME = new Argument.Structure(Timespec.BYTES);
    private static final Argument TIMES = new Argument.Structure(32);
    private static final Argument USAGE = new Argument.Structure(144);
    private static final int TIMER_ABSTIME = 1;

    private final HostFiles files;
    private final Timers timers;
    private final Signals signals;
    private final Forwarding forward;

    TimeCalls(HostFiles files, Timers timers, Signals signals, Forwarding forward) {
        this.files = files;
        this.timers = timers;
        this.signals = signals;
        this.forward = forward;
    }

    List<Syscall> rows() {
        return List.of(
                input(
                        101,
                        "nanosleep",
                        2,
                        call -> call.bytes(call.argument(0), Timespec.BYTES),
                        this::sleep),
                forward.row(113, "clock_gettime", HostCall.CLOCK_GETTIME, VALUE, TIME),
                forward.row(114, "clock_getres", HostCall.CLOCK_GETRES, VALUE, TIME),
                input(
                        115,
                        "clock_nanosleep",
                        4,
                        call -> call.bytes(call.argument(2), Timespec.BYTES),
                        this::sleepOnClock),
                forward.row(153, "times", HostCall.TIMES, TIMES),
                forward.row(165, "getrusage", HostCall.GETRUSAGE, VALUE, USAGE),
                input(169, "gettimeofday", 2, TimeCalls::timeOfDay));
    }

    private static InputAnswer timeOfDay(Call call, byte[] output) {
        Instant now = Instant.now();
        Struct time = Struct.ofBytes(Timespec.BYTES);
        time.i64(now.getEpochSecond()).i64(now.getNano() / 1000);
        return call.argument(0) == 0
                ? InputAnswer.of(0)
                : call.answer(0, call.argument(0), time.bytes());
    }

    private InputAnswer sleep(Call call, byte[] request) {
        return sleep(call, request, Duration.ZERO, call.argument(1));
    }

    private InputAnswer sleepOnClock(Call call, byte[] request) {
        int clock = call.intArgument(0);
        Optional<Duration> now = Clock.now(files.kernel(), clock);
        if (now.isEmpty()) {
            return InputAnswer.of(Errno.EINVAL);
        }
        if (!Clock.canWake(clock)) {
            return InputAnswer.of(Errno.EOPNOTSUPP);
        }
        boolean absolute = (call.argument(1) & TIMER_ABSTIME) != 0;
        return absolute
                ? sleep(call, request, now.get(), 0)
                : sleep(call, request, Duration.ZERO, call.argument(3));
    }

    /**
     * Sleeps until the requested time, which counts from {@code origin} before now.
     *
     * @param rest where the time goes that is left after a signal, or 0
     */
    private InputAnswer sleep(Call call, byte[] request, Duration origin, long rest) {
        if (request.length == 0) {
            return InputAnswer.of(Errno.EFAULT);
        }
        Timespec time = Timespec.of(request);
        if (!time.isValid()) {
            return InputAnswer.of(Errno.EINVAL);
        }
        Duration span = time.duration().minus(origin);
        long start = System.nanoTime();
        if (!timers.pause(call, Optional.of(span), signals.mask())) {
            return InputAnswer.of(0);
        }
        Duration left = span.minusNanos(System.nanoTime() - start);
        return rest == 0
                ? InputAnswer.of(Errno.EINTR)
                : call.answer(Errno.EINTR, rest, Timespec.bytes(left));
    }
}
