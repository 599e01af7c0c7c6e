package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.end;
import static dev.lockstep.riscv.linux.Syscall.input;
import static dev.lockstep.riscv.linux.Syscall.local;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Portable;
import dev.lockstep.sdk.InputAnswer;

import java.util.List;

/** The process: its end, its id, and that it remains alone. */
final class ProcessCalls implements Portable {
    private static final long THREAD = 0x10000;
    private static final long QUERY = 0xffffffffL;

    private final GuestProcess process;
    private long personality;

    ProcessCalls(GuestProcess process) {
        this.process = process;
    }

    @Override
    public void exchange(Fields fields) {
        personality = fields.bits("personality", personality, QUERY);
    }

    List<Syscall> rows() {
        return List.of(
                local(92, "personality", 1, this::changePersonality),
                end(93, "exit", 1, this::exit),
                end(94, "exit_group", 1, this::exit),
                local(95, "waitid", 5, call -> Errno.ECHILD),
                processId(96, "set_tid_address", 1),
                processId(172, "getpid", 0),
                input(173, "getppid", 0, (call, output) -> InputAnswer.of(parentId())),
                processId(178, "gettid", 0),
                local(220, "clone", 5, this::clone),
                local(221, "execve", 3, call -> refuse("execve", "one program", Errno.EACCES)),
                local(258, "riscv_hwprobe", 5, call -> Errno.ENOSYS),
                local(259, "riscv_flush_icache", 3, call -> 0),
                local(260, "wait4", 4, call -> Errno.ECHILD),
                local(281, "execveat", 5, call -> refuse("execveat", "one program", Errno.EACCES)),
                local(293, "rseq", 4, call -> Errno.ENOSYS),
                // Who gets this tries clone, whose refusal is noted.
                local(435, "clone3", 2, call -> Errno.ENOSYS));
    }

    private long exit(Call call) {
        process.end(GuestExit.Reason.EXITED, call.intArgument(0) & 0xff);
        return 0;
    }

    private long changePersonality(Call call) {
        long before = personality;
        long wanted = call.argument(0) & QUERY;
        personality = wanted == QUERY ? before : wanted;
        return before;
    }

    /** Some programs try again for a while when told EAGAIN of a process, but of a thread none. */
    private long clone(Call call) {
        return (call.argument(0) & THREAD) != 0
                ? refuse("clone", "one thread", Errno.EAGAIN)
                : refuse("clone", "no children", Errno.ENOSYS);
    }

    private long refuse(String name, String what, long errno) {
        process.note("a guest has %s; %s fails".formatted(what, name));
        return errno;
    }

    /**
     * Returns a row for a call that tells the id of the process, which is that of its only thread.
     * It keeps the id that it began with, though another process may host it by now.
     */
    private Syscall processId(int number, String name, int arity) {
        Syscall.Question question = (call, output) -> InputAnswer.of(process.id());
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
}
