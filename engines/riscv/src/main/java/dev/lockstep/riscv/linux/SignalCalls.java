package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** System calls on signals. */
final class SignalCalls {
    // qemu-user never lets its host block these two, so its host never shows them as pending.
    private static final long NEVER_SHOWN = Signal.bit(Signal.SEGV) | Signal.bit(Signal.BUS);

    private final GuestProcess process;
    private final Signals signals;
    private final Timers timers;

    SignalCalls(GuestProcess process, Signals signals, Timers timers) {
        this.process = process;
        this.signals = signals;
        this.timers = timers;
    }

    List<Syscall> rows() {
        return List.of(
                local(129, "kill", 2, this::send),
                local(130, "tkill", 2, call -> sendToThread(call, 0, 1)),
                local(131, "tgkill", 3, this::sendToThreadOfProcess),
                local(132, "sigaltstack", 2, this::changeStack),
                localInput(133, "rt_sigsuspend", 2, this::suspend),
                local(134, "rt_sigaction", 4, this::changeAction),
                local(135, "rt_sigprocmask", 4, this::changeMask),
                local(136, "rt_sigpending", 2, this::readPending),
                localInput(137, "rt_sigtimedwait", 4, this::await),
                local(138, "rt_sigqueueinfo", 3, call -> queue(call, 0, false)),
                local(139, "rt_sigreturn", 0, this::leaveHandler),
                local(240, "rt_tgsigqueueinfo", 4, this::queueToThread));
    }

    private long send(Call call) {
        return raise(call.intArgument(0), call.intArgument(1), SignalInfo.USER, false);
    }

    private long sendToThread(Call call, int thread, int signal) {
        return call.intArgument(thread) <= 0
                ? Errno.EINVAL
                : raise(call.intArgument(thread), call.intArgument(signal), SignalInfo.TKILL, true);
    }

    private long sendToThreadOfProcess(Call call) {
        if (call.intArgument(0) <= 0) {
            return Errno.EINVAL;
        }
        return process.isSelf(call.intArgument(0)) ? sendToThread(call, 1, 2) : Errno.ESRCH;
    }

    private long raise(int target, int signal, int code, boolean toThread) {
        SignalInfo info = SignalInfo.sent(signal, code, (int) process.id(), process.userId());
        return raise(target, info, toThread);
    }

    private long raise(int target, SignalInfo info, boolean toThread) {
        if (!process.isSelf(target)) {
            process.note("the guest may send signals only to itself; kill gives ESRCH");
            return Errno.ESRCH;
        }
        if (!Signal.isSendable(info.signal())) {
            return Errno.EINVAL;
        }
        return info.signal() == 0 || signals.raise(info, toThread) ? 0 : Errno.EAGAIN;
    }

    private long queueToThread(Call call) {
        if (call.intArgument(0) <= 0 || call.intArgument(1) <= 0) {
            return Errno.EINVAL;
        }
        return process.isSelf(call.intArgument(0)) ? queue(call, 1, true) : Errno.ESRCH;
    }

    private long queue(Call call, int target, boolean toThread) {
        byte[] bytes = call.bytes(call.argument(target + 2), SignalInfo.BYTES);
        return bytes.length == 0
                ? Errno.EFAULT
                : raise(
                        call.intArgument(target),
                        SignalInfo.of(call.intArgument(target + 1), bytes),
                        toThread);
    }

    private long changeAction(Call call) {
        int signal = call.intArgument(0);
        if (call.argument(3) != Signal.SET_BYTES) {
            return Errno.EINVAL;
        }
        boolean changes = call.argument(1) != 0;
        byte[] wanted = call.bytes(call.argument(1), changes ? SignalAction.BYTES : 0);
        if (changes && wanted.length == 0) {
            return Errno.EFAULT;
        }
        boolean tells = call.argument(2) != 0;
        if (tells && !call.isWritable(call.argument(2), SignalAction.BYTES)) {
            return Errno.EFAULT;
        }
        if (!Signal.isValid(signal) || (changes && Signal.isIn(signal, Signal.FIXED))) {
            return Errno.EINVAL;
        }
        if (tells) {
            call.write(call.argument(2), signals.action(signal).bytes());
        }
        if (changes) {
            signals.setAction(signal, SignalAction.of(wanted));
        }
        return 0;
    }

    private long changeMask(Call call) {
        if (call.argument(3) != Signal.SET_BYTES) {
            return Errno.EINVAL;
        }
        long old = signals.mask();
        if (call.argument(1) != 0) {
            Optional<Long> set = set(call, 1);
            if (set.isEmpty()) {
                return Errno.EFAULT;
            }
            switch (call.intArgument(0)) {
                case 0 -> signals.setMask(old | set.get());
                case 1 -> signals.setMask(old & ~set.get());
                case 2 -> signals.setMask(set.get());
                default -> {
                    return Errno.EINVAL;
                }
            }
        }
        return call.argument(2) == 0 || call.write(call.argument(2), bytes(old)) ? 0 : Errno.EFAULT;
    }

    private static Optional<Long> set(Call call, int index) {
        byte[] set = call.bytes(call.argument(index), Signal.SET_BYTES);
        return set.length == 0
                ? Optional.empty()
                : Optional.of(ByteBuffer.wrap(set).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    private static byte[] bytes(long set) {
        return Struct.ofBytes(Signal.SET_BYTES).i64(set).bytes();
    }

    private long readPending(Call call) {
        if (Long.compareUnsigned(call.argument(1), Signal.SET_BYTES) > 0) {
            return Errno.EINVAL;
        }
        byte[] set = bytes(signals.pending().set() & ~NEVER_SHOWN);
        return call.write(call.argument(0), set) ? 0 : Errno.EFAULT;
    }

    private long suspend(Call call) {
        if (call.argument(1) != Signal.SET_BYTES) {
            return Errno.EINVAL;
        }
        Optional<Long> set = set(call, 0);
        if (set.isEmpty()) {
            return Errno.EFAULT;
        }
        signals.suspend(set.get());
        if (!signals.isDue(set.get())) {
            timers.await(call, Optional.empty(), set.get());
        }
        return Errno.EINTR;
    }

    private long await(Call call) {
        if (call.argument(3) != Signal.SET_BYTES) {
            return Errno.EINVAL;
        }
        Optional<Long> wanted = set(call, 0);
        boolean limited = call.argument(2) != 0;
        Optional<Timespec> limit =
                limited ? Timespec.read(call, call.argument(2)) : Optional.empty();
        if (wanted.isEmpty() || (limited && limit.isEmpty())) {
            return Errno.EFAULT;
        }
        if (limit.isPresent() && !limit.get().isValid()) {
            return Errno.EINVAL;
        }
        Optional<SignalInfo> taken = signals.pending().take(wanted.get());
        if (taken.isEmpty()) {
            long why =
                    timers.await(
                            call, limit.map(Timespec::duration), signals.mask() & ~wanted.get());
            taken = signals.pending().take(wanted.get());
            if (taken.isEmpty()) {
                return why;
            }
        }
        SignalInfo info = taken.get();
        boolean told = call.argument(1) == 0 || info.write(call.memory(), call.argument(1));
        return told ? info.signal() : Errno.EFAULT;
    }

    private long changeStack(Call call) {
        long stackPointer = call.stackPointer();
        boolean changes = call.argument(0) != 0;
        byte[] wanted = call.bytes(call.argument(0), changes ? AlternateStack.BYTES : 0);
        long old = call.argument(1);
        if ((changes && wanted.length == 0)
                || (old != 0 && !call.isWritable(old, AlternateStack.BYTES))) {
            return Errno.EFAULT;
        }
        long error = changes ? signals.alternateStack().refusal(wanted, stackPointer) : 0;
        if (error != 0) {
            return error;
        }
        if (old != 0) {
            signals.alternateStack().write(call.memory(), old, stackPointer);
        }
        if (changes) {
            signals.setAlternateStack(AlternateStack.of(wanted));
        }
        return 0;
    }

    private long leaveHandler(Call call) {
        signals.leave(call.pc());
        return call.argument(0);
    }
}
