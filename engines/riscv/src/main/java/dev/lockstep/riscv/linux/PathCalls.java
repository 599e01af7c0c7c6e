package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.BASE;
import static dev.lockstep.riscv.linux.Argument.LONE_PATH;
import static dev.lockstep.riscv.linux.Argument.PATH;
import static dev.lockstep.riscv.linux.Argument.TEXT;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.result;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** System calls on paths. The reference alone performs them. */
final class PathCalls {
    static final int STATFS_BYTES = 120;

    private static final int TIMES_BYTES = 32;

    private final HostFiles files;
    private final Forwarding forward;

    PathCalls(HostFiles files, HostCallListener listener) {
        this.files = files;
        forward = new Forwarding(files, listener);
    }

    List<Syscall> rows() {
        return List.of(
                input(17, "getcwd", 2, this::workingDirectory),
                forward.row(33, "mknodat", HostCall.MKNODAT, BASE, PATH, VALUE, VALUE),
                forward.row(34, "mkdirat", HostCall.MKDIRAT, BASE, PATH, VALUE),
                forward.row(35, "unlinkat", HostCall.UNLINKAT, BASE, PATH, VALUE),
                forward.row(36, "symlinkat", HostCall.SYMLINKAT, TEXT, BASE, PATH),
                forward.row(37, "linkat", HostCall.LINKAT, BASE, PATH, BASE, PATH, VALUE),
                forward.row(
                        43,
                        "statfs",
                        HostCall.STATFS,
                        LONE_PATH,
                        new Argument.Structure(STATFS_BYTES)),
                forward.row(45, "truncate", HostCall.TRUNCATE, LONE_PATH, VALUE),
                forward.row(48, "faccessat", HostCall.FACCESSAT, BASE, PATH, VALUE),
                input(49, "chdir", 1, call -> call.stringBytes(0), result(this::changeDirectory)),
                input(50, "fchdir", 1, result(this::changeToDescriptor)),
                forward.row(53, "fchmodat", HostCall.FCHMODAT, BASE, PATH, VALUE),
                forward.row(54, "fchownat", HostCall.FCHOWNAT, BASE, PATH, VALUE, VALUE, VALUE),
                input(78, "readlinkat", 4, call -> call.stringBytes(1), this::readLink),
                input(79, "newfstatat", 4, call -> call.stringBytes(1), this::status),
                forward.row(
                        88,
                        "utimensat",
                        HostCall.UTIMENSAT,
                        BASE,
                        PATH,
                        Argument.input(TIMES_BYTES),
                        VALUE),
                forward.row(166, "umask", HostCall.UMASK, VALUE),
                forward.row(276, "renameat2", HostCall.RENAMEAT2, BASE, PATH, BASE, PATH, VALUE),
                input(291, "statx", 5, call -> call.stringBytes(1), this::extendedStatus),
                forward.row(439, "faccessat2", HostCall.FACCESSAT2, BASE, PATH, VALUE, VALUE));
    }

    private InputAnswer workingDirectory(Call call, byte[] output) {
        byte[] path = files.directoryName();
        if (path.length == 0) {
            return InputAnswer.of(Errno.ENOENT);
        }
        byte[] text = Arrays.copyOf(path, path.length + 1);
        return Long.compareUnsigned(call.argument(1), text.length) < 0
                ? InputAnswer.of(Errno.ERANGE)
                : call.answer(text.length, call.argument(0), text);
    }

    private long changeDirectory(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            return files.changeDirectory(
                    files.directory(), files.path(arena, call, files.directory(), 0));
        }
    }

    private long changeToDescriptor(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            long here = arena.allocateFrom(".").address();
            return files.changeDirectory(files.descriptors().host(call.intArgument(0)), here);
        }
    }

    private InputAnswer readLink(Call call, byte[] output) {
        if (!files.isProgramLink(files.base(call.intArgument(0)), output)) {
            return forward.perform(
                    call, HostCall.READLINKAT, List.of(BASE, PATH, Argument.outputOf(3), VALUE));
        }
        byte[] target = files.program().toString().getBytes(StandardCharsets.UTF_8);
        int room = call.intArgument(3);
        byte[] part = Arrays.copyOf(target, Math.clamp(room, 0, target.length));
        return room <= 0
                ? InputAnswer.of(Errno.EINVAL)
                : call.answer(part.length, call.argument(2), part);
    }

    private InputAnswer status(Call call, byte[] output) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(FileStatus.STATX_BYTES);
            long result =
                    statx(arena, call, call.argument(3), FileStatus.STATX_BASIC, statx.address());
            return Errno.isError(result)
                    ? InputAnswer.of(result)
                    : call.answer(0, call.argument(2), FileStatus.of(statx).stat());
        }
    }

    private InputAnswer extendedStatus(Call call, byte[] output) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(FileStatus.STATX_BYTES);
            long result = statx(arena, call, call.argument(2), call.argument(3), statx.address());
            return Errno.isError(result)
                    ? InputAnswer.of(result)
                    : call.answer(0, call.argument(4), FileStatus.of(statx).statx());
        }
    }

    private long statx(Arena arena, Call call, long flags, long mask, long statx) {
        long base = files.base(call.intArgument(0));
        return files.kernel()
                .call(HostCall.STATX, base, files.path(arena, call, base, 1), flags, mask, statx);
    }
}
