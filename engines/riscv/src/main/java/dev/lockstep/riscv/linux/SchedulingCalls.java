package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.PROCESS_ID;
import static dev.lockstep.riscv.linux.Argument.VALUE;
import static dev.lockstep.riscv.linux.Syscall.local;

import dev.lockstep.riscv.host.HostCall;

import java.util.List;

/** When and where the process runs: as the host has it. What the guest wants of it is ignored. */
final class SchedulingCalls {
    private static final int LAST_PRIORITY_KIND = 2;
    private static final Argument NUMBER = new Argument.Structure(Integer.BYTES);

    private final Forwarding forward;

    SchedulingCalls(Forwarding forward) {
        this.forward = forward;
    }

    List<Syscall> rows() {
        return List.of(
                local(118, "sched_setparam", 2, call -> readable(call, 1, Integer.BYTES)),
                local(119, "sched_setscheduler", 3, call -> readable(call, 2, Integer.BYTES)),
                forward.row(120, "sched_getscheduler", HostCall.SCHED_GETSCHEDULER, PROCESS_ID),
                forward.row(121, "sched_getparam", HostCall.SCHED_GETPARAM, PROCESS_ID, NUMBER),
                local(122, "sched_setaffinity", 3, call -> readable(call, 2, call.argument(1))),
                forward.row(
                        123,
                        "sched_getaffinity",
                        HostCall.SCHED_GETAFFINITY,
                        PROCESS_ID,
                        VALUE,
                        Argument.outputOf(1)),
                local(124, "sched_yield", 0, call -> 0),
                forward.row(125, "sched_get_priority_max", HostCall.SCHED_GET_PRIORITY_MAX, VALUE),
                forward.row(126, "sched_get_priority_min", HostCall.SCHED_GET_PRIORITY_MIN, VALUE),
                forward.row(
                        127,
                        "sched_rr_get_interval",
                        HostCall.SCHED_RR_GET_INTERVAL,
                        PROCESS_ID,
                        new Argument.Structure(Timespec.BYTES)),
                local(140, "setpriority", 3, SchedulingCalls::setPriority),
                forward.row(141, "getpriority", HostCall.GETPRIORITY, VALUE, PROCESS_ID),
                forward.row(168, "getcpu", HostCall.GETCPU, NUMBER, NUMBER),
                forward.row(283, "membarrier", HostCall.MEMBARRIER, VALUE, VALUE, VALUE));
    }

    private static long readable(Call call, int index, long bytes) {
        return call.isReadable(call.argument(index), bytes) ? 0 : Errno.EFAULT;
    }

    private static long setPriority(Call call) {
        int kind = call.intArgument(0);
        return kind < 0 || kind > LAST_PRIORITY_KIND ? Errno.EINVAL : 0;
    }
}
