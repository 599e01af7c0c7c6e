package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.input;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.sdk.InputAnswer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** System calls on files. The reference alone performs them. */
final class FileCalls {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
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
                input(17, "getcwd", 2, this::workingDirectory),
                input(23, "dup", 1, result(this::duplicate)),
                input(24, "dup3", 3, result(this::duplicateTo)),
                input(25, "fcntl", 3, result(this::control)),
                input(29, "ioctl", 3, terminal::control),
                input(34, "mkdirat", 3, pathAt(1), result(this::makeDirectory)),
                input(35, "unlinkat", 3, pathAt(1), result(this::unlink)),
                input(46, "ftruncate", 2, result(this::truncate)),
                input(48, "faccessat", 3, pathAt(1), result(this::access)),
                input(49, "chdir", 1, pathAt(0), result(this::changeDirectory)),
                input(56, "openat", 4, pathAt(1), result(this::open)),
                input(57, "close", 1, result(call -> files.close(call.intArgument(0)))),
                input(62, "lseek", 3, result(this::seek)),
                input(63, "read", 3, this::read),
                breakingPipe(64, "write", 3, Transfer.CURRENT),
                input(65, "readv", 3, this::readVector),
                breakingPipe(66, "writev", 3, Transfer::gather, this::writeVector),
                input(67, "pread64", 4, this::readAt),
                input(68, "pwrite64", 4, FileCalls::buffer, this::writeAt),
                input(78, "readlinkat", 4, pathAt(1), this::readLink),
                input(79, "newfstatat", 4, pathAt(1), this::statusAt),
                input(80, "fstat", 2, this::status),
                input(82, "fsync", 1, result(this::synchronize)),
                input(83, "fdatasync", 1, result(this::synchronize)),
                input(291, "statx", 5, pathAt(1), this::extendedStatus),
                input(439, "faccessat2", 4, pathAt(1), result(this::access)));
    }

    /** A call whose only answer is its result. */
    private interface Operation {
        long perform(Call call) throws IOException;
    }

    private static Syscall.Question result(Operation operation) {
        return (call, output) -> {
            try {
                return InputAnswer.of(operation.perform(call));
            } catch (IOException e) {
                return InputAnswer.of(Errno.of(e));
            }
        };
    }

    private static Syscall.Output pathAt(int argument) {
        return call -> call.stringBytes(argument);
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
        return List.of(new Transfer.Vector(call.argument(1), Math.max(0, call.argument(2))));
    }

    private InputAnswer readVector(Call call, byte[] output) {
        Optional<List<Transfer.Vector>> vectors = Transfer.vectors(call);
        return vectors.isPresent()
                ? transfer.read(call, vectors.get(), Transfer.CURRENT)
                : InputAnswer.of(Errno.EINVAL);
    }

    private InputAnswer writeVector(Call call, byte[] output) {
        Optional<List<Transfer.Vector>> vectors = Transfer.vectors(call);
        if (vectors.isEmpty()) {
            return InputAnswer.of(Errno.EINVAL);
        }
        long wanted = vectors.get().stream().mapToLong(Transfer.Vector::length).sum();
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
        Optional<FileChannel> channel = files.get(call.intArgument(0)).flatMap(OpenFile::channel);
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
            channel.get().truncate(size);
        }
        return 0;
    }

    private long synchronize(Call call) throws IOException {
        Optional<OpenFile> file = files.get(call.intArgument(0));
        if (file.isEmpty()) {
            return Errno.EBADF;
        }
        if (file.get().mayBlock()) {
            return Errno.EINVAL;
        }
        file.get().channel().orElseThrow().force(true);
        return 0;
    }

    private long makeDirectory(Call call) throws IOException {
        Path path = path(call);
        Files.createDirectory(path, HostFiles.permissions(call.intArgument(2)));
        return 0;
    }

    private long unlink(Call call) throws IOException {
        Path path = path(call);
        boolean directory = FileStatus.of(path, false).isDirectory();
        boolean wanted = (call.intArgument(2) & AT_REMOVEDIR) != 0;
        if (directory != wanted) {
            return directory ? Errno.EISDIR : Errno.ENOTDIR;
        }
        Files.delete(path);
        return 0;
    }

    private Path path(Call call) throws IOException {
        return files.resolve(call.intArgument(0), Call.path(call.stringBytes(1)));
    }

    private long changeDirectory(Call call) throws IOException {
        return call.isString(0)
                ? files.changeDirectory(
                        files.resolve(HostFiles.AT_FDCWD, Call.path(call.stringBytes(0))))
                : Errno.EFAULT;
    }

    private InputAnswer workingDirectory(Call call, byte[] output) {
        byte[] path = (files.directory() + "\0").getBytes(StandardCharsets.UTF_8);
        return Long.compareUnsigned(call.argument(1), path.length) < 0
                ? InputAnswer.of(Errno.ERANGE)
                : call.answer(path.length, call.argument(0), path);
    }

    private long access(Call call) throws IOException {
        int mode = call.intArgument(2);
        if (!call.isString(1)) {
            return Errno.EFAULT;
        }
        if ((mode & ~7) != 0) {
            return Errno.EINVAL;
        }
        Set<AccessMode> modes = EnumSet.noneOf(AccessMode.class);
        if ((mode & 4) != 0) {
            modes.add(AccessMode.READ);
        }
        if ((mode & 2) != 0) {
            modes.add(AccessMode.WRITE);
        }
        if ((mode & 1) != 0) {
            modes.add(AccessMode.EXECUTE);
        }
        Path path = path(call);
        path.getFileSystem().provider().checkAccess(path, modes.toArray(AccessMode[]::new));
        return 0;
    }

    private InputAnswer readLink(Call call, byte[] output) {
        if (!call.isString(1)) {
            return InputAnswer.of(Errno.EFAULT);
        }
        if (call.intArgument(3) <= 0) {
            return InputAnswer.of(Errno.EINVAL);
        }
        try {
            byte[] target = linkTarget(call).getBytes(StandardCharsets.UTF_8);
            byte[] part = Arrays.copyOf(target, Math.min(target.length, call.intArgument(3)));
            return call.answer(part.length, call.argument(2), part);
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }

    private String linkTarget(Call call) throws IOException {
        boolean self = files.isSelfLink(Call.path(call.stringBytes(1)));
        return (self ? files.program() : Files.readSymbolicLink(path(call))).toString();
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

    private InputAnswer statusAt(Call call, byte[] output) {
        try {
            FileStatus status = find(call, call.intArgument(3));
            return call.answer(0, call.argument(2), status.stat());
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }

    private InputAnswer extendedStatus(Call call, byte[] output) {
        try {
            FileStatus status = find(call, call.intArgument(2));
            return call.answer(0, call.argument(4), status.statx());
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }

    private FileStatus find(Call call, int flags) throws IOException {
        String name = Call.path(call.stringBytes(1));
        int base = call.intArgument(0);
        if (name.isEmpty() && (flags & AT_EMPTY_PATH) != 0 && base != HostFiles.AT_FDCWD) {
            Optional<OpenFile> file = files.get(base);
            return file.orElseThrow(() -> new IOException("Bad file descriptor")).status();
        }
        return FileStatus.of(files.resolve(base, name), (flags & AT_SYMLINK_NOFOLLOW) == 0);
    }
}
