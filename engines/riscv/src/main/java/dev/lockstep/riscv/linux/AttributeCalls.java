package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.DESCRIPTOR;
import static dev.lockstep.riscv.linux.Argument.LONE_PATH;
import static dev.lockstep.riscv.linux.Argument.TEXT;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Argument.inputOf;
import static dev.lockstep.riscv.linux.Argument.outputOf;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;

import java.util.ArrayList;
import java.util.List;

/** System calls on extended attributes: each for a path, for a link itself, and for a file. */
final class AttributeCalls {
    private final Forwarding forward;

    AttributeCalls(HostFiles files, HostCallListener listener) {
        forward = new Forwarding(files, listener);
    }

    List<Syscall> rows() {
        List<Syscall> rows = new ArrayList<>();
        rows.addAll(
                rows(
                        5,
                        "",
                        LONE_PATH,
                        HostCall.SETXATTR,
                        HostCall.GETXATTR,
                        HostCall.LISTXATTR,
                        HostCall.REMOVEXATTR));
        rows.addAll(
                rows(
                        6,
                        "l",
                        LONE_PATH,
                        HostCall.LSETXATTR,
                        HostCall.LGETXATTR,
                        HostCall.LLISTXATTR,
                        HostCall.LREMOVEXATTR));
        rows.addAll(
                rows(
                        7,
                        "f",
                        DESCRIPTOR,
                        HostCall.FSETXATTR,
                        HostCall.FGETXATTR,
                        HostCall.FLISTXATTR,
                        HostCall.FREMOVEXATTR));
        return rows;
    }

    // The numbers of each kind are three apart.
    private List<Syscall> rows(
            int first,
            String prefix,
            Argument file,
            HostCall set,
            HostCall get,
            HostCall list,
            HostCall remove) {
        return List.of(
                forward.row(first, prefix + "setxattr", set, file, TEXT, inputOf(3), VALUE, VALUE),
                forward.row(first + 3, prefix + "getxattr", get, file, TEXT, outputOf(3), VALUE),
                forward.row(first + 6, prefix + "listxattr", list, file, outputOf(2), VALUE),
                forward.row(first + 9, prefix + "removexattr", remove, file, TEXT));
    }
}
