package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.result;

import dev.lockstep.sdk.InputAnswer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** System calls on paths. The reference alone performs them. */
final class PathCalls {
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;

    private final HostFiles files;

    PathCalls(HostFiles files) {
        this.files = files;
    }

    List<Syscall> rows() {
        return List.of(
                input(17, "getcwd", 2, this::workingDirectory),
                input(34, "mkdirat", 3, pathAt(1), result(this::makeDirectory)),
                input(35, "unlinkat", 3, pathAt(1), result(this::unlink)),
                input(48, "faccessat", 3, pathAt(1), result(this::access)),
                input(49, "chdir", 1, pathAt(0), result(this::changeDirectory)),
                input(78, "readlinkat", 4, pathAt(1), this::readLink),
                input(79, "newfstatat", 4, pathAt(1), this::statusAt),
                input(291, "statx", 5, pathAt(1), this::extendedStatus),
                input(439, "faccessat2", 4, pathAt(1), result(this::access)));
    }

    private static Syscall.Output pathAt(int argument) {
        return call -> call.stringBytes(argument);
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
        return files.resolve(call.intArgument(0), name(call));
    }

    private static String name(Call call) throws IOException {
        if (!call.isString(1)) {
            throw new IOException("Bad address");
        }
        return Call.path(call.stringBytes(1));
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
        boolean self = files.isSelfLink(name(call));
        return (self ? files.program() : Files.readSymbolicLink(path(call))).toString();
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
        String name = name(call);
        int base = call.intArgument(0);
        if (name.isEmpty() && (flags & AT_EMPTY_PATH) != 0) {
            if (base == HostFiles.AT_FDCWD) {
                return FileStatus.of(files.directory(), true);
            }
            Optional<OpenFile> file = files.get(base);
            return file.orElseThrow(() -> new IOException("Bad file descriptor")).status();
        }
        return FileStatus.of(files.resolve(base, name), (flags & AT_SYMLINK_NOFOLLOW) == 0);
    }
}
