package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.DESCRIPTOR;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Argument.outputOf;
import static dev.lockstep.riscv.linux.Syscall.input;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.util.List;

/** System calls on what a descriptor stands for, but for moving bytes. */
final class FileCalls {
    private final HostFiles files;
    private final Forwarding forward;
    private final Terminal terminal;

    FileCalls(HostFiles files, HostCallListener listener) {
        this.files = files;
        forward = new Forwarding(files, listener);
        terminal = new Terminal(files, listener);
    }

    List<Syscall> rows() {
        return List.of(
                terminal.row(),
                forward.slowRow(32, "flock", HostCall.FLOCK, DESCRIPTOR, VALUE),
                forward.row(
                        44,
                        "fstatfs",
                        HostCall.FSTATFS,
                        DESCRIPTOR,
                        new Argument.Structure(PathCalls.STATFS_BYTES)),
                forward.row(46, "ftruncate", HostCall.FTRUNCATE, DESCRIPTOR, VALUE),
                forward.slowRow(
                        47, "fallocate", HostCall.FALLOCATE, DESCRIPTOR, VALUE, VALUE, VALUE),
                forward.row(52, "fchmod", HostCall.FCHMOD, DESCRIPTOR, VALUE),
                forward.row(55, "fchown", HostCall.FCHOWN, DESCRIPTOR, VALUE, VALUE),
                forward.row(61, "getdents64", HostCall.GETDENTS64, DESCRIPTOR, outputOf(2), VALUE),
                forward.row(62, "lseek", HostCall.LSEEK, DESCRIPTOR, VALUE, VALUE),
                input(80, "fstat", 2, this::status),
                forward.slowRow(81, "sync", HostCall.SYNC),
                forward.slowRow(82, "fsync", HostCall.FSYNC, DESCRIPTOR),
                forward.slowRow(83, "fdatasync", HostCall.FDATASYNC, DESCRIPTOR),
                forward.slowRow(
                        84,
                        "sync_file_range",
                        HostCall.SYNC_FILE_RANGE,
                        DESCRIPTOR,
                        VALUE,
                        VALUE,
                        VALUE),
                forward.row(213, "readahead", HostCall.READAHEAD, DESCRIPTOR, VALUE, VALUE),
                forward.row(223, "fadvise64", HostCall.FADVISE64, DESCRIPTOR, VALUE, VALUE, VALUE),
                forward.slowRow(267, "syncfs", HostCall.SYNCFS, DESCRIPTOR));
    }

    private InputAnswer status(Call call, byte[] output) {
        int descriptor = call.intArgument(0);
        return files.descriptors()
                .get(descriptor)
                .map(file -> FileStatus.of(files.kernel(), file.host()).stat())
                .map(stat -> call.answer(0, call.argument(1), stat))
                .orElse(InputAnswer.of(Errno.EBADF));
    }
}
