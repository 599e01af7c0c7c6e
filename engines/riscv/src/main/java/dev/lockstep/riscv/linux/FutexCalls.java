package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Futexes of a process with one thread: nobody else waits, and nobody else can wake. */
final class FutexCalls {
    private static final int PRIVATE = 0x80;
    private static final int REALTIME = 0x100;
    private static final int COMMAND = 0x7f;
    private static final int WAIT = 0;
    private static final int WAKE = 1;
    private static final int REQUEUE = 3;
    private static final int COMPARE_REQUEUE = 4;
    private static final int WAKE_OPERATION = 5;
    private static final int LOCK = 6;
    private static final int UNLOCK = 7;
    private static final int TRY_LOCK = 8;
    private static final int WAIT_BITSET = 9;
    private static final int WAKE_BITSET = 10;
    private static final int LOCK_2 = 13;

    private final HostFiles files;
    private final GuestProcess process;
    private final Signals signals;
    private final Timers timers;

    FutexCalls(HostFiles files, GuestProcess process, Signals signals, Timers timers) {
        this.files = files;
        this.process = process;
        this.signals = signals;
        this.timers = timers;
    }

    List<Syscall> rows() {
        return List.of(
                localInput(98, "futex", 6, this::futex),
                local(99, "set_robust_list", 2, call -> Errno.ENOSYS),
                local(100, "get_robust_list", 3, call -> Errno.ENOSYS));
    }

    private long futex(Call call) {
        long address = call.argument(0);
        int command = call.intArgument(1) & COMMAND;
        if (address % Integer.BYTES != 0) {
            return Errno.EINVAL;
        }
        // Waking by address alone does not look at the word.
        boolean looks = (call.intArgument(1) & PRIVATE) == 0 || !isWake(command);
        if (looks && !call.isReadable(address, Integer.BYTES)) {
            return Errno.EFAULT;
        }
        return switch (command) {
            case WAIT -> await(call);
            case WAIT_BITSET -> call.intArgument(5) == 0 ? Errno.EINVAL : await(call);
            case WAKE, REQUEUE -> 0;
            case WAKE_BITSET -> call.intArgument(5) == 0 ? Errno.EINVAL : 0;
            case COMPARE_REQUEUE -> word(call) == call.intArgument(5) ? 0 : Errno.EAGAIN;
            case WAKE_OPERATION -> operate(call);
            case LOCK, LOCK_2, TRY_LOCK -> lock(call);
            case UNLOCK -> unlock(call);
            default -> Errno.ENOSYS;
        };
    }

    private static boolean isWake(int command) {
        return command == WAKE || command == WAKE_BITSET || command == REQUEUE;
    }

    private static int word(Call call) {
        return call.memory().loadInt(call.argument(0));
    }

    private long await(Call call) {
        long time = call.argument(3);
        Optional<Timespec> limit = time == 0 ? Optional.empty() : Timespec.read(call, time);
        if (time != 0 && limit.isEmpty()) {
            return Errno.EFAULT;
        }
        if (limit.isPresent() && !limit.get().isValid()) {
            return Errno.EINVAL;
        }
        if (word(call) != call.intArgument(2)) {
            return Errno.EAGAIN;
        }
        if (limit.isEmpty() && !timers.wakes(signals.blocked())) {
            process.note("the guest waits on a futex that nobody can wake; futex gives EDEADLK");
            return Errno.EDEADLK;
        }
        return call.ask(
                new byte[0],
                (c, output) ->
                        InputAnswer.of(
                                timers.pause(
                                                c,
                                                limit.map(span -> fromNow(c, span.duration())),
                                                signals.blocked())
                                        ? Errno.EINTR
                                        : Errno.ETIMEDOUT));
    }

    // Only the plain wait counts its time from now.
    private Duration fromNow(Call call, Duration time) {
        int operation = call.intArgument(1);
        if ((operation & COMMAND) == WAIT) {
            return time;
        }
        int clock = (operation & REALTIME) == 0 ? Clock.MONOTONIC : Clock.REALTIME;
        return time.minus(Clock.now(files.kernel(), clock).orElseThrow());
    }

    /* | operation 4 bits | comparison 4 bits | operand 12 bits | compared with 12 bits | */
    private static long operate(Call call) {
        GuestMemory memory = call.memory();
        long address = call.argument(4);
        if (address % Integer.BYTES != 0) {
            return Errno.EINVAL;
        }
        if (!call.isWritable(address, Integer.BYTES)) {
            return Errno.EFAULT;
        }
        int encoded = call.intArgument(5);
        boolean shifts = encoded < 0;
        int given = encoded << 8 >> 20;
        int operand = shifts ? 1 << given : given;
        int old = memory.loadInt(address);
        switch (encoded >>> 28 & 7) {
            case 0 -> memory.storeInt(address, operand);
            case 1 -> memory.storeInt(address, old + operand);
            case 2 -> memory.storeInt(address, old | operand);
            case 3 -> memory.storeInt(address, old & ~operand);
            case 4 -> memory.storeInt(address, old ^ operand);
            default -> {
                return Errno.ENOSYS;
            }
        }
        return 0;
    }

    private long lock(Call call) {
        int owner = word(call);
        if (owner == process.id()) {
            return Errno.EDEADLK;
        }
        if (owner != 0) {
            return Errno.ESRCH;
        }
        return setOwner(call, process.id());
    }

    private long unlock(Call call) {
        return word(call) == process.id() ? setOwner(call, 0) : Errno.EPERM;
    }

    private static long setOwner(Call call, long owner) {
        Struct word = Struct.ofBytes(Integer.BYTES).i32((int) owner);
        return call.write(call.argument(0), word.bytes()) ? 0 : Errno.EFAULT;
    }
}
