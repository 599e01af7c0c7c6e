package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.StateException;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The timer of real time (ITIMER_REAL), and waiting for it or for a span of time.
 *
 * <p>Time passes at the reference alone. While the timer runs, the end of every system call asks,
 * as an input of its own, how often it has expired; so its signal comes at the same step
 * everywhere.
 */
final class Timers implements Portable {
    /** Number of the input that tells how often the timer has expired. */
    static final long EXPIRATIONS_INPUT = -2;

    // Shorter waits are not worth a word to the coordinator.
    private static final Duration SILENT_WAIT = Duration.ofMillis(100);

    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private static final int REAL = 0;
    private static final int LAST_TIMER = 2;
    private static final int VALUE_BYTES = 32;
    private static final int NANOS_PER_MICROSECOND = 1000;

    private final GuestProcess process;
    private final Hart hart;
    private final InputSource inputs;
    private final HostCallListener listener;
    private final Signals signals;
    private boolean isRunning;
    private boolean isRepeating;

    // What follows is known to the reference alone, and of no past.
    private long deadlineNanos;
    private Duration interval = Duration.ZERO;

    Timers(
            GuestProcess process,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            Signals signals) {
        this.process = process;
        this.hart = hart;
        this.inputs = inputs;
        this.listener = listener;
        this.signals = signals;
    }

    @Override
    public void exchange(Fields fields) {
        isRunning = fields.flag("running", isRunning);
        isRepeating = fields.flag("repeating", isRepeating);
    }

    /** Returns what is known to the reference alone; null if the timer does not run. */
    LinuxWorld.@Nullable Timer world() {
        return isRunning
                ? new LinuxWorld.Timer(
                        interval.toSeconds(), interval.toNanosPart(), untilExpiry().toNanos())
                : null;
    }

    /**
     * Goes on with what {@link #world} said, from now.
     *
     * @throws StateException if it does not belong to the timer as it is
     */
    void goOnWith(LinuxWorld.@Nullable Timer world) {
        if (isRunning != (world != null)) {
            throw new StateException(
                    "world.timer: %s (expected: as linux.timer.running says)"
                            .formatted(world == null ? "missing" : "there"));
        }
        if (world != null) {
            interval = Duration.ofSeconds(world.intervalSeconds(), world.intervalNanos());
            deadlineNanos = System.nanoTime() + world.leftNanos();
        }
    }

    List<Syscall> rows() {
        return List.of(
                input(102, "getitimer", 2, this::remaining),
                localInput(103, "setitimer", 3, this::start));
    }

    private boolean isReal(int timer) {
        if (timer > REAL && timer <= LAST_TIMER) {
            process.note("only timers of real time run; the others give EINVAL");
        }
        return timer == REAL;
    }

    private InputAnswer remaining(Call call, byte[] output) {
        return isReal(call.intArgument(0))
                ? call.answer(0, call.argument(1), value())
                : InputAnswer.of(Errno.EINVAL);
    }

    /* | interval: seconds i64, microseconds i64 | time left: likewise |   struct itimerval */
    private byte[] value() {
        Duration left = isRunning ? untilExpiry() : Duration.ZERO;
        Struct value = Struct.ofBytes(VALUE_BYTES);
        for (Duration time : List.of(isRunning ? interval : Duration.ZERO, left)) {
            value.i64(time.toSeconds()).i64(time.toNanosPart() / NANOS_PER_MICROSECOND);
        }
        return value.bytes();
    }

    private long start(Call call) {
        if (!isReal(call.intArgument(0))) {
            return Errno.EINVAL;
        }
        boolean stops = call.argument(1) == 0;
        byte[] wanted = stops ? new byte[VALUE_BYTES] : call.bytes(call.argument(1), VALUE_BYTES);
        if (wanted.length == 0) {
            return Errno.EFAULT;
        }
        ByteBuffer fields = ByteBuffer.wrap(wanted).order(ByteOrder.LITTLE_ENDIAN);
        Timespec every = timespec(fields);
        Timespec first = timespec(fields);
        if (!every.isValid() || !first.isValid()) {
            return Errno.EINVAL;
        }
        long result = call.ask(wanted, (c, output) -> start(c, every, first));
        isRunning = !first.duration().isZero();
        isRepeating = !every.duration().isZero();
        return result;
    }

    private static Timespec timespec(ByteBuffer timeval) {
        long seconds = timeval.getLong();
        return new Timespec(seconds, timeval.getLong() * NANOS_PER_MICROSECOND);
    }

    private InputAnswer start(Call call, Timespec every, Timespec first) {
        byte[] before = value();
        interval = every.duration();
        deadlineNanos = System.nanoTime() + nanos(first.duration());
        return call.argument(2) == 0 ? InputAnswer.of(0) : call.answer(0, call.argument(2), before);
    }

    /** Returns whether the timer's signal will end a wait. */
    boolean wakes(long blocked) {
        return isRunning && signals.interrupts(Signal.ALRM, blocked);
    }

    /** Returns whether neither time nor a signal will end a wait. */
    boolean isForEver(Optional<Duration> limit, long blocked) {
        return limit.isEmpty() && !signals.isDue(blocked) && !wakes(blocked);
    }

    /** Learns whether the timer has expired, and if so sends its signal. */
    void collect(long pc) {
        if (!isRunning) {
            return;
        }
        InputCall call = new InputCall(hart.steps, pc, EXPIRATIONS_INPUT, List.of(), 0, 0);
        if (inputs.obtain(call, () -> InputAnswer.of(takeExpirations())).value() > 0) {
            isRunning = isRepeating;
            signals.raise(SignalInfo.ofKernel(Signal.ALRM), false);
        }
    }

    private long takeExpirations() {
        long late = System.nanoTime() - deadlineNanos;
        if (late < 0) {
            return 0;
        }
        long count = interval.isZero() ? 1 : 1 + late / nanos(interval);
        deadlineNanos += count * nanos(interval);
        return count;
    }

    private Duration untilExpiry() {
        // A timer that runs never shows that nothing is left.
        return Duration.ofNanos(Math.max(deadlineNanos - System.nanoTime(), NANOS_PER_MICROSECOND));
    }

    // A wait of three centuries is as good as any longer one.
    private static long nanos(Duration time) {
        return time.compareTo(FOR_EVER) < 0 ? time.toNanos() : Long.MAX_VALUE;
    }

    /**
     * Has the world wait until a signal is due or, if there is a limit, that time is over.
     *
     * @param blocked the signals that do not end the wait
     * @return EAGAIN when the time is over, else EINTR
     */
    long await(Call call, Optional<Duration> limit, long blocked) {
        long why =
                call.ask(
                        new byte[0],
                        (c, output) ->
                                InputAnswer.of(
                                        pause(c, limit, blocked) ? Errno.EINTR : Errno.EAGAIN));
        collect(call.pc());
        return why;
    }

    /**
     * Serves a call that waits under terms of its own: blocks what they say until the next signal.
     *
     * @param output what the call hands to the world
     * @param question waits at the reference, by {@link #await(Call, Optional, long, Function)}
     */
    long wait(Call call, WaitTerms terms, byte[] output, Supplier<InputAnswer> question) {
        if (terms.error() != 0) {
            return terms.error();
        }
        terms.blocked().ifPresent(signals::suspend);
        long result = call.ask(output, (c, bytes) -> question.get());
        if (result != Errno.EINTR) {
            signals.resume();
        }
        return result;
    }

    /**
     * Waits at the reference.
     *
     * @param blocked the signals that do not end the wait
     * @param host waits no longer than it is told; returns 0 when that time was over
     * @return what the host found, 0 when the time was over, EINTR when a signal ended the wait
     */
    long await(
            Call call,
            Optional<Duration> limit,
            long blocked,
            Function<Optional<Duration>, Long> host) {
        boolean isDue = signals.isDue(blocked);
        Duration alarm = wakes(blocked) ? untilExpiry() : FOR_EVER;
        Duration time = isDue ? Duration.ZERO : limit.orElse(FOR_EVER);
        boolean isAlarmFirst = alarm.compareTo(time) < 0;
        Duration span = isAlarmFirst ? alarm : time;
        if (span.compareTo(SILENT_WAIT) > 0) {
            listener.entered(call.number());
        }
        long result =
                host.apply(span.compareTo(FOR_EVER) < 0 ? Optional.of(span) : Optional.empty());
        return result == 0 && (isDue || isAlarmFirst) ? Errno.EINTR : result;
    }

    /**
     * Waits at the reference for nothing but time and signals.
     *
     * @return whether a signal ended it before its time
     */
    boolean pause(Call call, Optional<Duration> limit, long blocked) {
        return await(call, limit, blocked, this::sleep) == Errno.EINTR;
    }

    private long sleep(Optional<Duration> span) {
        if (span.isEmpty()) {
            process.note("the guest waits for a signal that nobody will send");
        }
        try {
            Duration time = span.orElse(FOR_EVER);
            Thread.sleep(time.isNegative() ? Duration.ZERO : time);
            return 0;
        } catch (InterruptedException e) {
            // The engine is being stopped: its loop sees the interrupt at the next block.
            Thread.currentThread().interrupt();
            return Errno.EINTR;
        }
    }
}
