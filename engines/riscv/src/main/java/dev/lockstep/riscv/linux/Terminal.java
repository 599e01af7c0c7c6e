package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.DESCRIPTOR;
import static dev.lockstep.riscv.linux.Argument.VALUE;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers ioctl on terminals and pipes. */
final class Terminal {
    private static final int TIOCSPGRP = 0x5410;
    private static final int TIOCGPGRP = 0x540f;
    private static final int TCSETSW = 0x5403;
    private static final int TCSETSF = 0x5404;
    private static final int TCSBRK = 0x5409;

    /** What waits until the terminal has shown all that was written. */
    private static final Set<Integer> DRAINING = Set.of(TCSETSW, TCSETSF, TCSBRK);

    private static final Argument SETTINGS = new Argument.Structure(36);
    private static final Argument NEW_SETTINGS = Argument.input(36);
    private static final Argument WINDOW = new Argument.Structure(8);
    private static final Argument NUMBER = new Argument.Structure(Integer.BYTES);
    private static final Argument NEW_NUMBER = Argument.input(Integer.BYTES);

    /** What the third argument of a request is (asm-generic/ioctls.h). */
    private static final Map<Integer, Argument> REQUESTS =
            Map.ofEntries(
                    Map.entry(0x5401, SETTINGS), // TCGETS
                    Map.entry(0x5402, NEW_SETTINGS), // TCSETS
                    Map.entry(TCSETSW, NEW_SETTINGS),
                    Map.entry(TCSETSF, NEW_SETTINGS),
                    Map.entry(TCSBRK, VALUE),
                    Map.entry(0x540a, VALUE), // TCXONC
                    Map.entry(0x540b, VALUE), // TCFLSH
                    Map.entry(TIOCGPGRP, NUMBER),
                    Map.entry(0x5411, NUMBER), // TIOCOUTQ
                    Map.entry(0x5413, WINDOW), // TIOCGWINSZ
                    Map.entry(0x5414, Argument.input(8)), // TIOCSWINSZ
                    Map.entry(0x541b, NUMBER), // FIONREAD
                    Map.entry(0x5421, NEW_NUMBER), // FIONBIO
                    Map.entry(0x5429, NUMBER), // TIOCGSID
                    Map.entry(0x5450, VALUE), // FIONCLEX
                    Map.entry(0x5451, VALUE)); // FIOCLEX

    private final HostFiles files;
    private final Forwarding forwarding;
    private final HostCallListener listener;

    Terminal(HostFiles files, HostCallListener listener) {
        this.files = files;
        this.listener = listener;
        forwarding = new Forwarding(files, listener);
    }

    Syscall row() {
        return Syscall.input(29, "ioctl", 3, Terminal::output, this::control);
    }

    private static @Nullable Argument kind(Call call) {
        return REQUESTS.get(call.intArgument(1));
    }

    private static byte[] output(Call call) {
        return kind(call) instanceof Argument.Input(Argument.Size size)
                ? call.bytes(call.argument(2), size.of(call))
                : new byte[0];
    }

    private InputAnswer control(Call call, byte[] output) {
        int request = call.intArgument(1);
        if (request == TIOCSPGRP) {
            return setForeground(call);
        }
        Argument kind = kind(call);
        if (kind == null) {
            return InputAnswer.of(isOpen(call) ? Errno.ENOTTY : Errno.EBADF);
        }
        if (DRAINING.contains(request)) {
            listener.entered(call.number());
        }
        return forwarding.perform(call, HostCall.IOCTL, List.of(DESCRIPTOR, VALUE, kind));
    }

    private boolean isOpen(Call call) {
        long host = files.descriptors().host(call.intArgument(0));
        return !Errno.isError(files.kernel().call(HostCall.FCNTL, host, Fcntl.GETFD));
    }

    // The guest's group is that of the engine, whose place at the terminal is not the guest's.
    private InputAnswer setForeground(Call call) {
        if (!call.isReadable(call.argument(2), Integer.BYTES)) {
            return InputAnswer.of(Errno.EFAULT);
        }
        try (Arena arena = Arena.ofConfined()) {
            long host = files.descriptors().host(call.intArgument(0));
            long group = arena.allocate(ValueLayout.JAVA_INT).address();
            return InputAnswer.of(files.kernel().call(HostCall.IOCTL, host, TIOCGPGRP, group));
        }
    }
}
