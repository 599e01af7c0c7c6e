package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a guest cannot have: power over its host, and what is not modelled. The user is told once of
 * each.
 */
final class RefusedCalls {
    private record Name(int number, String name, int arity) {}

    private static final List<Name> PRIVILEGED =
            List.of(
                    new Name(39, "umount2", 2),
                    new Name(40, "mount", 5),
                    new Name(41, "pivot_root", 2),
                    new Name(51, "chroot", 1),
                    new Name(58, "vhangup", 0),
                    new Name(60, "quotactl", 4),
                    new Name(89, "acct", 1),
                    new Name(91, "capset", 2),
                    new Name(97, "unshare", 1),
                    new Name(104, "kexec_load", 4),
                    new Name(105, "init_module", 3),
                    new Name(106, "delete_module", 2),
                    new Name(112, "clock_settime", 2),
                    new Name(116, "syslog", 3),
                    new Name(117, "ptrace", 4),
                    new Name(142, "reboot", 4),
                    new Name(159, "setgroups", 2),
                    new Name(161, "sethostname", 2),
                    new Name(162, "setdomainname", 2),
                    new Name(170, "settimeofday", 2),
                    new Name(171, "adjtimex", 1),
                    new Name(224, "swapon", 2),
                    new Name(225, "swapoff", 1),
                    new Name(266, "clock_adjtime", 2),
                    new Name(268, "setns", 2),
                    new Name(273, "finit_module", 3));

    private static final List<Name> SOCKETS =
            List.of(new Name(198, "socket", 3), new Name(199, "socketpair", 4));

    private static final List<Name> NOT_MODELLED =
            List.of(
                    new Name(74, "signalfd4", 4),
                    new Name(107, "timer_create", 3),
                    new Name(128, "restart_syscall", 0),
                    new Name(241, "perf_event_open", 5),
                    new Name(277, "seccomp", 3),
                    new Name(280, "bpf", 3),
                    new Name(282, "userfaultfd", 1),
                    new Name(425, "io_uring_setup", 2),
                    new Name(434, "pidfd_open", 2));

    private final GuestProcess process;

    RefusedCalls(GuestProcess process) {
        this.process = process;
    }

    List<Syscall> rows() {
        return Stream.of(
                        rows(
                                PRIVILEGED,
                                "a guest has no power over its host",
                                "EPERM",
                                Errno.EPERM),
                        rows(SOCKETS, "a guest has no sockets", "EAFNOSUPPORT", Errno.EAFNOSUPPORT),
                        rows(NOT_MODELLED, "that is not modelled", "ENOSYS", Errno.ENOSYS))
                .flatMap(List::stream)
                .toList();
    }

    private List<Syscall> rows(List<Name> names, String reason, String error, long errno) {
        return names.stream()
                .map(call ->
                        local(
                                call.number(),
                                call.name(),
                                call.arity(),
                                c -> {
                                    process.note(
                                            "%s: %s gives %s"
                                                    .formatted(reason, call.name(), error));
                                    return errno;
                                }))
                .toList();
    }
}
