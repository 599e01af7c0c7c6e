package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;

import dev.lockstep.riscv.GuestExit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/**
 * The signals of a process: actions, mask, alternate stack, and the default actions. No handler is
 * ever run: a signal that has one ends the guest as if it had none, and the user is told.
 */
final class Signals {
    static final int SIGILL = 4;
    static final int SIGTRAP = 5;
    static final int SIGBUS = 7;
    static final int SIGKILL = 9;
    static final int SIGSEGV = 11;
    static final int SIGPIPE = 13;
    static final int SIGSTOP = 19;

    private static final int COUNT = 64;
    private static final int SET_BYTES = 8;
    private static final long DEFAULT = 0;
    private static final long IGNORE = 1;

    // SIGCHLD, SIGCONT, SIGURG, SIGWINCH
    private static final Set<Integer> IGNORED_BY_DEFAULT = Set.of(17, 18, 23, 28);

    // SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU
    private static final Set<Integer> STOPPING_BY_DEFAULT = Set.of(19, 20, 21, 22);

    /* | handler u64 | flags u64 | restorer u64 | mask u64 |   as qemu-user has it for riscv64 */
    private static final int ACTION_WORDS = 4;

    /* | stack pointer u64 | flags u32 | padding u32 | size u64 | */
    private static final int STACK_BYTES = 24;
    private static final int STACK_FLAGS_OFFSET = 8;
    private static final int STACK_SIZE_OFFSET = 16;
    private static final int SS_DISABLE = 2;
    private static final long MIN_STACK_BYTES = 2048;

    private final GuestProcess process;
    private final long[][] actions = new long[COUNT + 1][ACTION_WORDS];
    private long mask;
    private long pending;
    private byte[] alternateStack = disabledStack();

    Signals(GuestProcess process) {
        this.process = process;
    }

    List<Syscall> rows() {
        return List.of(
                local(134, "rt_sigaction", 4, this::action),
                local(135, "rt_sigprocmask", 4, this::changeMask),
                local(136, "rt_sigpending", 2, this::readPending),
                local(132, "sigaltstack", 2, this::changeStack),
                local(129, "kill", 2, call -> send(call.intArgument(0), call.intArgument(1))),
                local(130, "tkill", 2, call -> send(call.intArgument(0), call.intArgument(1))),
                local(131, "tgkill", 3, this::sendToThread));
    }

    /** Sends the process a signal that is not due to its own instruction. */
    void raise(int signal) {
        if ((mask & bit(signal)) != 0) {
            pending |= bit(signal);
        } else if (!isIgnored(signal)) {
            deliver(signal);
        }
    }

    /**
     * Sends the process a signal for an instruction that cannot complete: it cannot be blocked or
     * ignored.
     */
    void force(int signal) {
        deliver(signal);
    }

    private boolean isIgnored(int signal) {
        long handler = actions[signal][0];
        return handler == IGNORE || (handler == DEFAULT && IGNORED_BY_DEFAULT.contains(signal));
    }

    private void deliver(int signal) {
        boolean handled = actions[signal][0] != DEFAULT && actions[signal][0] != IGNORE;
        if (handled) {
            process.note(
                    "the guest has a handler for signal %d, which is not run yet; the signal ends it"
                            .formatted(signal));
        } else if (STOPPING_BY_DEFAULT.contains(signal)) {
            process.note("signal %d does not stop the guest".formatted(signal));
            return;
        }
        process.end(GuestExit.Reason.SIGNALED, signal);
    }

    private static long bit(int signal) {
        return 1L << (signal - 1);
    }

    private static boolean isSignal(int signal) {
        return signal >= 1 && signal <= COUNT;
    }

    private long sendToThread(Call call) {
        boolean valid = call.intArgument(0) > 0 && call.intArgument(1) > 0;
        if (!valid || !process.isSelf(call.intArgument(0))) {
            return valid ? Errno.ESRCH : Errno.EINVAL;
        }
        return send(call.intArgument(1), call.intArgument(2));
    }

    private long send(int target, int signal) {
        if (signal != 0 && !isSignal(signal)) {
            return Errno.EINVAL;
        }
        if (!process.isSelf(target)) {
            process.note("the guest may send signals only to itself; kill gives ESRCH");
            return Errno.ESRCH;
        }
        if (signal != 0) {
            raise(signal);
        }
        return 0;
    }

    private long action(Call call) {
        int signal = call.intArgument(0);
        boolean changes = call.argument(1) != 0;
        boolean fixed = signal == SIGKILL || signal == SIGSTOP;
        if (call.argument(3) != SET_BYTES || !isSignal(signal) || (changes && fixed)) {
            return Errno.EINVAL;
        }
        byte[] wanted = new byte[ACTION_WORDS * Long.BYTES];
        if (changes && !call.memory().read(call.argument(1), wanted, 0, wanted.length)) {
            return Errno.EFAULT;
        }
        byte[] old = words(actions[signal]);
        if (call.argument(2) != 0 && !call.memory().write(call.argument(2), old, 0, old.length)) {
            return Errno.EFAULT;
        }
        if (changes) {
            little(wanted).asLongBuffer().get(actions[signal]);
        }
        return 0;
    }

    private long changeMask(Call call) {
        if (call.argument(3) != SET_BYTES) {
            return Errno.EINVAL;
        }
        byte[] set = new byte[SET_BYTES];
        boolean changes = call.argument(1) != 0;
        if (changes && !call.memory().read(call.argument(1), set, 0, SET_BYTES)) {
            return Errno.EFAULT;
        }
        if (changes && (call.intArgument(0) < 0 || call.intArgument(0) > 2)) {
            return Errno.EINVAL;
        }
        byte[] old = words(mask);
        if (call.argument(2) != 0 && !call.memory().write(call.argument(2), old, 0, SET_BYTES)) {
            return Errno.EFAULT;
        }
        if (changes) {
            setMask(call.intArgument(0), little(set).getLong());
        }
        return 0;
    }

    private void setMask(int how, long set) {
        long wanted =
                switch (how) {
                    case 0 -> mask | set;
                    case 1 -> mask & ~set;
                    default -> set;
                };
        mask = wanted & ~(bit(SIGKILL) | bit(SIGSTOP));
        long due = pending & ~mask;
        pending &= mask;
        for (; due != 0 && process.exit().isEmpty(); due &= due - 1) {
            raise(Long.numberOfTrailingZeros(due) + 1);
        }
    }

    private long readPending(Call call) {
        if (Long.compareUnsigned(call.argument(1), SET_BYTES) > 0) {
            return Errno.EINVAL;
        }
        return call.memory().write(call.argument(0), words(pending), 0, call.intArgument(1))
                ? 0
                : Errno.EFAULT;
    }

    private long changeStack(Call call) {
        byte[] wanted = new byte[STACK_BYTES];
        boolean changes = call.argument(0) != 0;
        if (changes && !call.memory().read(call.argument(0), wanted, 0, STACK_BYTES)) {
            return Errno.EFAULT;
        }
        byte[] old = alternateStack;
        if (changes) {
            int flags = little(wanted).getInt(STACK_FLAGS_OFFSET);
            if ((flags & ~SS_DISABLE) != 0) {
                return Errno.EINVAL;
            }
            if (flags == 0 && little(wanted).getLong(STACK_SIZE_OFFSET) < MIN_STACK_BYTES) {
                return Errno.ENOMEM;
            }
            alternateStack = flags == 0 ? wanted : disabledStack();
        }
        boolean told = call.argument(1) == 0;
        return told || call.memory().write(call.argument(1), old, 0, STACK_BYTES)
                ? 0
                : Errno.EFAULT;
    }

    private static byte[] disabledStack() {
        byte[] stack = new byte[STACK_BYTES];
        little(stack).putInt(STACK_FLAGS_OFFSET, SS_DISABLE);
        return stack;
    }

    private static byte[] words(long... values) {
        byte[] bytes = new byte[values.length * Long.BYTES];
        little(bytes).asLongBuffer().put(values);
        return bytes;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
