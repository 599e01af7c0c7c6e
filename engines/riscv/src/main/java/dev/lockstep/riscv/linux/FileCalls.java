package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.result;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.sdk.InputAnswer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/** System calls on open files. The reference alone performs them. */
final class FileCalls {
    private static final int CLOSE_ON_EXEC = 02000000;

    private final HostFiles files;
    private final Transfer transfer;
    private final Terminal terminal;
    private final Signals signals;

    FileCalls(HostFiles files, Signals signals, HostCallListener listener) {
        this.files = files;
        this.signals = signals;
        transfer = new Transfer(files, listener);
        terminal = new Terminal(files);
    }

    List<Syscall> rows() {
        return List.of(
                input(23, "dup", 1, result(this::duplicate)),
                input(24, "dup3", 3, result(this::duplicateTo)),
                input(25, "fcntl", 3, result(this::control)),
                input(29, "ioctl", 3, terminal::control),
                input(46, "ftruncate", 2, result(this::truncate)),
                input(56, "openat", 4, call -> call.stringBytes(1), result(this::open)),
                input(57, "close", 1, result(call -> files.close(call.intArgument(0)))),
                input(62, "lseek", 3, result(this::seek)),
                input(63, "read", 3, this::read),
                breakingPipe(64, "write", 3, Transfer.CURRENT),
                input(65, "readv", 3, this::readVector),
                breakingPipe(66, "writev", 3, Transfer::gather, this::writeVector),
                input(67, "pread64", 4, this::readAt),
                input(68, "pwrite64", 4, FileCalls::buffer, this::writeAt),
                input(80, "fstat", 2, this::status),
                input(82, "fsync", 1, result(this::synchronize)),
                input(83, "fdatasync", 1, result(this::synchronize)));
    }

    private static byte[] buffer(Call call) {
        return call.bytes(call.argument(1), call.argument(2));
    }

    private Syscall breakingPipe(int number, String name, int arity, long position) {
        return breakingPipe(
                number,
                name,
                arity,
                FileCalls::buffer,
                (call, output) ->
                        InputAnswer.of(transfer.write(call, output, call.argument(2), position)));
    }

    /** Returns a row for a call that also sends SIGPIPE when nobody reads what it writes. */
    private Syscall breakingPipe(
            int number, String name, int arity, Syscall.Output output, Syscall.Question question) {
        return new Syscall(
                number,
                name,
                CallClass.INPUT,
                arity,
                call -> {
                    long result = call.ask(output.of(call), question);
                    if (result == Errno.EPIPE) {
                        signals.raise(Signals.SIGPIPE);
                    }
                    return result;
                });
    }

    private InputAnswer read(Call call, byte[] output) {
        return transfer.read(call, wholeBuffer(call), Transfer.CURRENT);
    }

    private InputAnswer readAt(Call call, byte[] output) {
        return call.argument(3) < 0
                ? InputAnswer.of(Errno.EINVAL)
                : transfer.read(call, wholeBuffer(call), call.argument(3));
    }

    private static List<Transfer.Vector> wholeBuffer(Call call) {
        return List.of(new Transfer.Vector(call.argument(1), call.argument(2)));
    }

    private InputAnswer readVector(Call call, byte[] output) {
        long error = Transfer.vectorError(call);
        return error == 0
                ? transfer.read(call, Transfer.vectors(call), Transfer.CURRENT)
                : InputAnswer.of(error);
    }

    private InputAnswer writeVector(Call call, byte[] output) {
        long error = Transfer.vectorError(call);
        if (error != 0) {
            return InputAnswer.of(error);
        }
        long wanted = Transfer.vectors(call).stream().mapToLong(Transfer.Vector::length).sum();
        return InputAnswer.of(transfer.write(call, output, wanted, Transfer.CURRENT));
    }

    private InputAnswer writeAt(Call call, byte[] output) {
        return InputAnswer.of(
                call.argument(3) < 0
                        ? Errno.EINVAL
                        : transfer.write(call, output, call.argument(2), call.argument(3)));
    }

    private long open(Call call) throws IOException {
        if (!call.isString(1)) {
            return Errno.EFAULT;
        }
        return files.open(
                call.intArgument(0),
                Call.path(call.stringBytes(1)),
                call.intArgument(2),
                call.intArgument(3));
    }

    private long seek(Call call) throws IOException {
        Optional<OpenFile> file = files.get(call.intArgument(0));
        if (file.isEmpty()) {
            return Errno.EBADF;
        }
        if (file.get().channel().isEmpty()) {
            return call.argument(1);
        }
        FileChannel channel = file.get().channel().get();
        // Asked for in any case: it is what tells a pipe from a file.
        long current = channel.position();
        long origin =
                switch (call.intArgument(2)) {
                    case 0 -> 0;
                    case 1 -> current;
                    case 2 -> channel.size();
                    default -> Errno.EINVAL;
                };
        long position = origin + call.argument(1);
        if (origin == Errno.EINVAL || position < 0) {
            return Errno.EINVAL;
        }
        channel.position(position);
        return position;
    }

    private long duplicate(Call call) {
        Optional<OpenFile> file = files.get(call.intArgument(0));
        return file.isEmpty() ? Errno.EBADF : files.add(file.get().duplicate(), 0, false);
    }

    private long duplicateTo(Call call) throws IOException {
        Optional<OpenFile> file = files.get(call.intArgument(0));
        int target = call.intArgument(1);
        if (target == call.intArgument(0) || (call.intArgument(2) & ~CLOSE_ON_EXEC) != 0) {
            return Errno.EINVAL;
        }
        if (file.isEmpty() || target < 0 || target >= HostFiles.DESCRIPTOR_LIMIT) {
            return Errno.EBADF;
        }
        files.put(target, file.get().duplicate(), call.intArgument(2) != 0);
        return target;
    }

    private long control(Call call) {
        int descriptor = call.intArgument(0);
        Optional<OpenFile> found = files.get(descriptor);
        if (found.isEmpty()) {
            return Errno.EBADF;
        }
        OpenFile file = found.get();
        int value = call.intArgument(2);
        return switch (call.intArgument(1)) {
            case 0 -> duplicateFrom(file, value, false);
            case 1030 -> duplicateFrom(file, value, true);
            case 1 -> files.isClosedOnExec(descriptor) ? 1 : 0;
            case 2 -> {
                files.setCloseOnExec(descriptor, (value & 1) != 0);
                yield 0;
            }
            case 3 -> file.flags();
            case 4 -> {
                int settable = OpenFile.APPEND | OpenFile.NONBLOCK;
                file.setFlags((file.flags() & ~settable) | (value & settable));
                yield 0;
            }
            default -> Errno.EINVAL;
        };
    }

    private long duplicateFrom(OpenFile file, int from, boolean closeOnExec) {
        return from < 0 || from >= HostFiles.DESCRIPTOR_LIMIT
                ? Errno.EINVAL
                : files.add(file.duplicate(), from, closeOnExec);
    }

    private long truncate(Call call) throws IOException {
        Optional<FileChannel> channel = files.get(call.intArgument(0)).flatMap(OpenFile::writer);
        if (channel.isEmpty()) {
            return Errno.EBADF;
        }
        if (!files.get(call.intArgument(0)).get().isWritable() || call.argument(1) < 0) {
            return Errno.EINVAL;
        }
        long size = call.argument(1);
        if (size > channel.get().size()) {
            channel.get().write(ByteBuffer.allocate(1), size - 1);
        } else {
            truncate(channel.get(), size);
        }
        return 0;
    }

    // Java moves a position that comes to lie behind the end; Linux leaves it there.
    private static void truncate(FileChannel channel, long size) throws IOException {
        long position = channel.position();
        channel.truncate(size);
        channel.position(position);
    }

    private long synchronize(Call call) throws IOException {
        Optional<OpenFile> file = files.get(call.intArgument(0));
        if (file.isEmpty()) {
            return Errno.EBADF;
        }
        if (file.get().channel().isEmpty()) {
            try (FileChannel directory = FileChannel.open(file.get().path())) {
                directory.force(true);
            }
            return 0;
        }
        if (file.get().mayBlock()) {
            return Errno.EINVAL;
        }
        file.get().channel().get().force(true);
        return 0;
    }

    private InputAnswer status(Call call, byte[] output) {
        try {
            Optional<OpenFile> file = files.get(call.intArgument(0));
            return file.isEmpty()
                    ? InputAnswer.of(Errno.EBADF)
                    : call.answer(0, call.argument(1), file.get().status().stat());
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }
}
