package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.DESCRIPTOR;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.result;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.sdk.InputAnswer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** System calls that make, copy and close descriptors. The reference alone performs them. */
final class DescriptorCalls {
    /** What fcntl does with one number or none; what would send signals to the host is not here. */
    private static final List<Integer> PLAIN_COMMANDS =
            List.of(
                    Fcntl.GETFD,
                    Fcntl.SETFD,
                    Fcntl.GETFL,
                    Fcntl.SETFL,
                    Fcntl.SETOWN,
                    Fcntl.GETOWN,
                    Fcntl.GETLEASE,
                    Fcntl.SETPIPE_SIZE,
                    Fcntl.GETPIPE_SIZE,
                    Fcntl.ADD_SEALS,
                    Fcntl.GET_SEALS);

    private static final int LOCK_BYTES = 32;
    private static final int OWNER_BYTES = 8;

    private static final int CLOSE_RANGE_UNSHARE = 2;
    private static final int CLOSE_RANGE_CLOEXEC = 4;

    private final HostFiles files;
    private final Forwarding forwarding;
    private final HostCallListener listener;

    DescriptorCalls(HostFiles files, HostCallListener listener) {
        this.files = files;
        this.listener = listener;
        forwarding = new Forwarding(files, listener);
    }

    List<Syscall> rows() {
        return List.of(
                input(23, "dup", 1, result(this::duplicate)),
                input(24, "dup3", 3, result(this::duplicateTo)),
                input(25, "fcntl", 3, DescriptorCalls::output, this::control),
                input(56, "openat", 4, call -> call.stringBytes(1), result(this::open)),
                input(57, "close", 1, result(c -> files.close(c.intArgument(0)))),
                input(59, "pipe2", 2, this::pipe),
                input(279, "memfd_create", 2, c -> c.stringBytes(0), result(this::openMemory)),
                input(436, "close_range", 3, result(this::closeRange)));
    }

    private long duplicate(Call call) {
        return files.descriptors().duplicate(call.intArgument(0), 0, false);
    }

    private long duplicateTo(Call call) {
        int flags = call.intArgument(2);
        if (call.intArgument(0) == call.intArgument(1) || (flags & ~OpenFlags.CLOEXEC) != 0) {
            return Errno.EINVAL;
        }
        return files.descriptors()
                .duplicateTo(call.intArgument(0), call.intArgument(1), flags != 0);
    }

    /** Returns what the third argument of a command is. */
    private static Argument kind(int command) {
        return switch (command) {
            case Fcntl.SETLK, Fcntl.SETLKW, Fcntl.OFD_SETLK, Fcntl.OFD_SETLKW ->
                    Argument.input(LOCK_BYTES);
            case Fcntl.GETLK, Fcntl.OFD_GETLK -> new Argument.InOut(LOCK_BYTES);
            case Fcntl.SETOWN_EX -> Argument.input(OWNER_BYTES);
            case Fcntl.GETOWN_EX -> new Argument.Structure(OWNER_BYTES);
            default -> VALUE;
        };
    }

    private static byte[] output(Call call) {
        return Forwarding.output(call, List.of(VALUE, VALUE, kind(call.intArgument(1))));
    }

    private InputAnswer control(Call call, byte[] output) {
        int command = call.intArgument(1);
        if (command == Fcntl.DUPFD || command == Fcntl.DUPFD_CLOEXEC) {
            return InputAnswer.of(
                    files.descriptors()
                            .duplicate(
                                    call.intArgument(0),
                                    call.intArgument(2),
                                    command == Fcntl.DUPFD_CLOEXEC));
        }
        Argument kind = kind(command);
        if (!kind.equals(VALUE)) {
            announceWait(call, command);
            return forwarding.perform(call, HostCall.FCNTL, List.of(DESCRIPTOR, VALUE, kind));
        }
        return InputAnswer.of(
                PLAIN_COMMANDS.contains(command) ? plainControl(call, command) : Errno.EINVAL);
    }

    private void announceWait(Call call, int command) {
        if (command == Fcntl.SETLKW || command == Fcntl.OFD_SETLKW) {
            listener.entered(call.number());
        }
    }

    private long plainControl(Call call, int command) {
        HostKernel kernel = files.kernel();
        long argument = call.argument(2);
        // Signals about files would come to the host process, which they would end.
        long value =
                command == Fcntl.SETFL ? kernel.openFlags(argument & ~OpenFlags.ASYNC) : argument;
        long host = files.descriptors().host(call.intArgument(0));
        long result = kernel.call(HostCall.FCNTL, host, command, value);
        return command == Fcntl.GETFL && !Errno.isError(result)
                ? kernel.guestOpenFlags(result) & ~OpenFlags.LARGEFILE
                : result;
    }

    private long open(Call call) {
        if (files.descriptors().isFull()) {
            return Errno.EMFILE; // Before a file is created that nobody could use.
        }
        long flags = files.kernel().openFlags(call.intArgument(2) & ~OpenFlags.ASYNC);
        try (Arena arena = Arena.ofConfined()) {
            long base = files.base(call.intArgument(0));
            long path = files.path(arena, call, base, 1);
            if ((flags & (OpenFlags.PATH | OpenFlags.NONBLOCK)) == 0
                    && files.status(base, path, 0).isFifo()) {
                listener.entered(call.number());
            }
            long mode = call.argument(3);
            return files.descriptors()
                    .add(files.kernel().call(HostCall.OPENAT, base, path, flags, mode), 0);
        }
    }

    private long openMemory(Call call) {
        return call.isString(0)
                ? files.descriptors()
                        .add(
                                files.kernel()
                                        .call(
                                                HostCall.MEMFD_CREATE,
                                                call.hostAddress(0),
                                                call.argument(1)),
                                0)
                : Errno.EFAULT;
    }

    private InputAnswer pipe(Call call, byte[] output) {
        if (!call.isWritable(call.argument(0), 2 * Integer.BYTES)) {
            return InputAnswer.of(Errno.EFAULT);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            long flags = files.kernel().openFlags(call.intArgument(1));
            long result = files.kernel().call(HostCall.PIPE2, ends.address(), flags);
            return Errno.isError(result)
                    ? InputAnswer.of(result)
                    : addPipe(
                            call,
                            ends.getAtIndex(ValueLayout.JAVA_INT, 0),
                            ends.getAtIndex(ValueLayout.JAVA_INT, 1));
        }
    }

    private InputAnswer addPipe(Call call, int readEnd, int writeEnd) {
        long reader = files.descriptors().add(readEnd, OpenFile.Kind.OWN_PIPE, 0);
        long writer = files.descriptors().add(writeEnd, OpenFile.Kind.OWN_PIPE, 0);
        if (Errno.isError(writer)) {
            files.descriptors().close((int) reader);
            return InputAnswer.of(Errno.EMFILE);
        }
        Struct ends = Struct.ofBytes(2 * Integer.BYTES).i32((int) reader).i32((int) writer);
        return call.answer(0, call.argument(0), ends.bytes());
    }

    private long closeRange(Call call) {
        long first = call.argument(0) & 0xffffffffL;
        long last = call.argument(1) & 0xffffffffL;
        int flags = call.intArgument(2);
        if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) != 0 || first > last) {
            return Errno.EINVAL;
        }
        files.descriptors().closeRange(first, last, (flags & CLOSE_RANGE_CLOEXEC) != 0);
        return 0;
    }
}
