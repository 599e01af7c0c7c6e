package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.PROCESS_ID;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Syscall.input;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.sdk.InputAnswer;

import java.util.List;

/**
 * Who the process is: users, groups, sessions, capabilities. It is who its host is and remains so;
 * becoming what it is already succeeds.
 */
final class IdentityCalls {
    private static final int UNCHANGED = -1;
    private static final int GROUPS_LIMIT = 65_536;
    private static final Argument ID = new Argument.Structure(Integer.BYTES);
    private static final int CAPABILITY_HEADER_BYTES = 8;
    private static final int CAPABILITY_BYTES = 24;

    private final GuestProcess process;
    private final Forwarding forward;

    IdentityCalls(GuestProcess process, Forwarding forward) {
        this.process = process;
        this.forward = forward;
    }

    List<Syscall> rows() {
        return List.of(
                forward.row(
                        90,
                        "capget",
                        HostCall.CAPGET,
                        new Argument.InOut(CAPABILITY_HEADER_BYTES),
                        new Argument.Structure(CAPABILITY_BYTES)),
                changingGroup(143, "setregid", 2),
                changingGroup(144, "setgid", 1),
                changingUser(145, "setreuid", 2),
                changingUser(146, "setuid", 1),
                changingUser(147, "setresuid", 3),
                forward.row(148, "getresuid", HostCall.GETRESUID, ID, ID, ID),
                changingGroup(149, "setresgid", 3),
                forward.row(150, "getresgid", HostCall.GETRESGID, ID, ID, ID),
                input(151, "setfsuid", 1, (c, o) -> InputAnswer.of(id(HostProcess.userIds(), 3))),
                input(152, "setfsgid", 1, (c, o) -> InputAnswer.of(id(HostProcess.groupIds(), 3))),
                input(154, "setpgid", 2, (c, o) -> InputAnswer.of(changeProcessGroup(c))),
                forward.row(155, "getpgid", HostCall.GETPGID, PROCESS_ID),
                forward.row(156, "getsid", HostCall.GETSID, PROCESS_ID),
                input(157, "setsid", 0, (c, o) -> InputAnswer.of(refuse("setsid"))),
                input(158, "getgroups", 2, this::groups),
                input(174, "getuid", 0, (c, o) -> InputAnswer.of(id(HostProcess.userIds(), 0))),
                input(175, "geteuid", 0, (c, o) -> InputAnswer.of(id(HostProcess.userIds(), 1))),
                input(176, "getgid", 0, (c, o) -> InputAnswer.of(id(HostProcess.groupIds(), 0))),
                input(177, "getegid", 0, (c, o) -> InputAnswer.of(id(HostProcess.groupIds(), 1))));
    }

    private static long id(List<Integer> ids, int index) {
        return Integer.toUnsignedLong(ids.get(index));
    }

    private Syscall changingUser(int number, String name, int arity) {
        return input(
                number,
                name,
                arity,
                (call, output) -> InputAnswer.of(change(call, name, arity, HostProcess.userIds())));
    }

    private Syscall changingGroup(int number, String name, int arity) {
        return input(
                number,
                name,
                arity,
                (call, output) ->
                        InputAnswer.of(change(call, name, arity, HostProcess.groupIds())));
    }

    private long change(Call call, String name, int arity, List<Integer> own) {
        for (int i = 0; i < arity; i++) {
            int wanted = call.intArgument(i);
            boolean unchanged = wanted == UNCHANGED && arity > 1;
            if (!unchanged && !own.contains(wanted)) {
                return refuse(name);
            }
        }
        return 0;
    }

    private long changeProcessGroup(Call call) {
        int target = call.intArgument(0);
        if (!process.isSelf(target)) {
            return Errno.ESRCH;
        }
        return call.intArgument(1) < 0 ? Errno.EINVAL : 0;
    }

    private long refuse(String name) {
        process.note("the guest stays who it is; %s gives EPERM".formatted(name));
        return Errno.EPERM;
    }

    private InputAnswer groups(Call call, byte[] output) {
        int count = call.intArgument(0);
        if (count < 0) {
            return InputAnswer.of(Errno.EINVAL);
        }
        int bytes = Math.min(count, GROUPS_LIMIT) * Integer.BYTES;
        return forward.perform(
                call, HostCall.GETGROUPS, List.of(VALUE, new Argument.Structure(bytes)));
    }
}
