package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.end;
import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.local;

import dev.lockstep.riscv.GuestExit;
import dev.lockstep.sdk.InputAnswer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** System calls on the process itself and on the system it runs on. */
final class ProcessCalls {
    /** Resources in the order of asm-generic/resource.h, as /proc/self/limits names them. */
    private static final List<String> LIMITS =
            List.of(
                    "Max cpu time",
                    "Max file size",
                    "Max data size",
                    "Max stack size",
                    "Max core file size",
                    "Max resident set",
                    "Max processes",
                    "Max open files",
                    "Max locked memory",
                    "Max address space",
                    "Max file locks",
                    "Max pending signals",
                    "Max msgqueue size",
                    "Max nice priority",
                    "Max realtime priority",
                    "Max realtime timeout");

    private static final int NAME_FIELD_BYTES = 65;
    private static final int SYSTEM_INFO_BYTES = 112;
    private static final int PR_SET_NAME = 15;
    private static final int PR_GET_NAME = 16;
    private static final int THREAD_NAME_BYTES = 16;
    private static final int CPU_SET_BYTES = 32;

    private static final int FUTEX_COMMAND = 0x7f;
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final int FUTEX_WAIT_BITSET = 9;
    private static final int FUTEX_WAKE_BITSET = 10;

    private final GuestProcess process;
    private byte[] threadName;

    ProcessCalls(GuestProcess process, String programName) {
        this.process = process;
        threadName = Arrays.copyOf(programName.getBytes(StandardCharsets.UTF_8), THREAD_NAME_BYTES);
        threadName[THREAD_NAME_BYTES - 1] = 0;
    }

    List<Syscall> rows() {
        return List.of(
                end(93, "exit", 1, this::exit),
                end(94, "exit_group", 1, this::exit),
                processId(96, "set_tid_address", 1),
                local(98, "futex", 6, this::futex),
                local(99, "set_robust_list", 2, call -> Errno.ENOSYS),
                local(100, "get_robust_list", 3, call -> Errno.ENOSYS),
                input(123, "sched_getaffinity", 3, ProcessCalls::affinity),
                local(124, "sched_yield", 0, call -> 0),
                input(160, "uname", 1, ProcessCalls::systemName),
                input(163, "getrlimit", 2, call -> new byte[0], ProcessCalls::limit),
                input(
                        164,
                        "setrlimit",
                        2,
                        call -> call.bytes(call.argument(1), 16),
                        (c, o) -> InputAnswer.of(0)),
                local(167, "prctl", 5, this::control),
                processId(172, "getpid", 0),
                input(173, "getppid", 0, (call, output) -> InputAnswer.of(parentId())),
                input(174, "getuid", 0, (c, o) -> InputAnswer.of(HostProcess.userIds().get(0))),
                input(175, "geteuid", 0, (c, o) -> InputAnswer.of(HostProcess.userIds().get(1))),
                input(176, "getgid", 0, (c, o) -> InputAnswer.of(HostProcess.groupIds().get(0))),
                input(177, "getegid", 0, (c, o) -> InputAnswer.of(HostProcess.groupIds().get(1))),
                processId(178, "gettid", 0),
                input(179, "sysinfo", 1, ProcessCalls::systemInfo),
                local(220, "clone", 5, call -> refuse("clone", "one thread", Errno.EAGAIN)),
                local(221, "execve", 3, call -> refuse("execve", "one program", Errno.EACCES)),
                local(258, "riscv_hwprobe", 5, call -> Errno.ENOSYS),
                local(260, "wait4", 4, call -> Errno.ECHILD),
                input(261, "prlimit64", 4, ProcessCalls::limitOf),
                input(278, "getrandom", 3, ProcessCalls::random),
                local(293, "rseq", 4, call -> Errno.ENOSYS),
                local(435, "clone3", 2, call -> Errno.ENOSYS));
    }

    private long exit(Call call) {
        process.end(GuestExit.Reason.EXITED, call.intArgument(0) & 0xff);
        return 0;
    }

    private long refuse(String name, String only, long errno) {
        process.note("a guest has %s; %s fails".formatted(only, name));
        return errno;
    }

    /**
     * Returns a row for a call that tells the id of the process, which is that of its only thread.
     */
    private Syscall processId(int number, String name, int arity) {
        Syscall.Question question = (call, output) -> InputAnswer.of(ProcessHandle.current().pid());
        return new Syscall(
                number,
                name,
                CallClass.INPUT,
                arity,
                call -> process.learnProcessId(call.ask(new byte[0], question)));
    }

    private static long parentId() {
        return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    }

    private static InputAnswer affinity(Call call, byte[] output) {
        if (call.argument(1) < Long.BYTES || call.argument(1) % Long.BYTES != 0) {
            return InputAnswer.of(Errno.EINVAL);
        }
        int processors = Math.min(Runtime.getRuntime().availableProcessors(), Long.SIZE);
        int size = (int) Math.min(call.argument(1), CPU_SET_BYTES);
        Struct set = Struct.ofBytes(size).i64(-1L >>> (Long.SIZE - processors));
        return call.answer(size, call.argument(2), set.bytes());
    }

    /* | sysname | nodename | release | version | machine | domainname |   65 bytes each */
    private static InputAnswer systemName(Call call, byte[] output) {
        List<String> fields =
                List.of(
                        "Linux",
                        HostProcess.kernel("hostname"),
                        HostProcess.kernel("osrelease"),
                        HostProcess.kernel("version"),
                        "riscv64",
                        HostProcess.kernel("domainname"));
        Struct name = Struct.ofBytes(fields.size() * NAME_FIELD_BYTES);
        for (int i = 0; i < fields.size(); i++) {
            byte[] field = fields.get(i).getBytes(StandardCharsets.UTF_8);
            name.at(i * NAME_FIELD_BYTES).i8(Arrays.copyOf(field, NAME_FIELD_BYTES - 1));
        }
        return call.answer(0, call.argument(0), name.bytes());
    }

    /* | uptime i64 | 3 loads u64 | total, free, shared, buffer ram u64 | total, free swap u64
    | processes u16 | … | unit u32 at 104 |   linux/sysinfo.h; loads are shown as 0 */
    private static InputAnswer systemInfo(Call call, byte[] output) {
        Struct info = Struct.ofBytes(SYSTEM_INFO_BYTES);
        info.i64(HostProcess.uptime().toSeconds()).i64(0).i64(0).i64(0);
        for (String name :
                List.of("MemTotal", "MemFree", "Shmem", "Buffers", "SwapTotal", "SwapFree")) {
            info.i64(HostProcess.memoryBytes(name));
        }
        info.i16(1).at(104).i32(1);
        return call.answer(0, call.argument(0), info.bytes());
    }

    private static InputAnswer limit(Call call, byte[] output) {
        return limit(call, call.intArgument(0), call.argument(1));
    }

    private static InputAnswer limitOf(Call call, byte[] output) {
        return limit(call, call.intArgument(1), call.argument(3));
    }

    private static InputAnswer limit(Call call, int resource, long address) {
        if (resource < 0 || resource >= LIMITS.size()) {
            return InputAnswer.of(Errno.EINVAL);
        }
        Optional<long[]> limit = HostProcess.limit(LIMITS.get(resource));
        if (address == 0 || limit.isEmpty()) {
            return InputAnswer.of(0);
        }
        Struct limits = Struct.ofBytes(2 * Long.BYTES);
        limits.i64(limit.get()[0]).i64(limit.get()[1]);
        return call.answer(0, address, limits.bytes());
    }

    private static InputAnswer random(Call call, byte[] output) {
        if ((call.argument(2) & ~7) != 0) {
            return InputAnswer.of(Errno.EINVAL);
        }
        long size = Math.min(call.argument(1) & Integer.MAX_VALUE, HostRandom.LIMIT_BYTES);
        return call.answer(size, call.argument(0), HostRandom.bytes((int) size));
    }

    private long control(Call call) {
        if (call.intArgument(0) == PR_GET_NAME) {
            return call.memory().write(call.argument(1), threadName, 0, THREAD_NAME_BYTES)
                    ? 0
                    : Errno.EFAULT;
        }
        if (call.intArgument(0) != PR_SET_NAME) {
            return Errno.EINVAL;
        }
        if (!call.isString(1)) {
            return Errno.EFAULT;
        }
        threadName = Arrays.copyOf(call.stringBytes(1), THREAD_NAME_BYTES);
        threadName[THREAD_NAME_BYTES - 1] = 0;
        return 0;
    }

    /** With one thread nobody waits and nobody can wake. */
    private long futex(Call call) {
        byte[] word = call.bytes(call.argument(0), Integer.BYTES);
        if (call.argument(0) % Integer.BYTES != 0) {
            return Errno.EINVAL;
        }
        if (word.length == 0) {
            return Errno.EFAULT;
        }
        return switch (call.intArgument(1) & FUTEX_COMMAND) {
            case FUTEX_WAKE, FUTEX_WAKE_BITSET -> 0;
            case FUTEX_WAIT, FUTEX_WAIT_BITSET ->
                    ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt()
                                    != call.intArgument(2)
                            ? Errno.EAGAIN
                            : waitAlone(call.argument(3) != 0);
            default -> Errno.ENOSYS;
        };
    }

    private long waitAlone(boolean hasTimeout) {
        if (hasTimeout) {
            return Errno.ETIMEDOUT;
        }
        process.note("the guest waits on a futex that nobody can wake; futex gives EDEADLK");
        return Errno.EDEADLK;
    }
}
