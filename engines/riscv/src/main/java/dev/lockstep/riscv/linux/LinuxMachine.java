package dev.lockstep.riscv.linux;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A Linux process with one thread: it serves the system calls of its hart and turns traps into
 * signals.
 */
public final class LinuxMachine implements GuestMachine {
    private static final int RESULT = 10;
    private static final int NUMBER = 17;
    private static final int ECALL_BYTES = 4;

    private final GuestMemory memory;
    private final Hart hart;
    private final InputSource inputs;
    private final GuestProcess process;
    private final Signals signals;
    private final SyscallTable table;

    private LinuxMachine(
            GuestProgram program,
            AddressSpace space,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            Consumer<String> notes) {
        this.memory = memory;
        this.hart = hart;
        this.inputs = inputs;
        process = new GuestProcess(notes);
        signals = new Signals(process);
        HostFiles files = new HostFiles(program.path(), process);
        table =
                new SyscallTable(
                        new FileCalls(files, signals, listener).rows(),
                        new PathCalls(files).rows(),
                        new MemoryCalls(memory, space, files, process).rows(),
                        new TimeCalls(listener).rows(),
                        new ProcessCalls(process, programName(program)).rows(),
                        signals.rows());
    }

    private static String programName(GuestProgram program) {
        return String.valueOf(program.path().getFileName());
    }

    /**
     * Loads a program into an empty memory and sets the hart to its first instruction.
     *
     * @param arguments argv; the first is the program's path as the user typed it
     * @param environment NAME=value strings
     * @param notes is told, once each, of what the guest asks for and cannot have
     */
    public static LinuxMachine boot(
            GuestProgram program,
            List<String> arguments,
            List<String> environment,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            Consumer<String> notes) {
        AddressSpace space = new AddressSpace(memory);
        new InitialImage(program, memory, space).build(arguments, environment, hart, inputs);
        return new LinuxMachine(program, space, memory, hart, inputs, listener, notes);
    }

    @Override
    public Optional<GuestExit> ecall() {
        Optional<Syscall> row = table.find(hart.x[NUMBER]);
        long result = row.isPresent() ? serve(row.get()) : unknown();
        if (process.exit().isEmpty()) {
            hart.x[RESULT] = result;
            if (row.isEmpty() || row.get().resultIsComputed()) {
                hart.openDigest += Digest.mix(result) * Digest.constant(hart.pc, RESULT);
            }
        }
        hart.pc += ECALL_BYTES;
        return process.exit();
    }

    private long serve(Syscall row) {
        return row.handler().serve(new Call(row, hart, inputs, memory));
    }

    private long unknown() {
        process.note("system call %d is not known; it gives ENOSYS".formatted(hart.x[NUMBER]));
        return Errno.ENOSYS;
    }

    @Override
    public Optional<GuestExit> trap() {
        signals.force(signal(hart.trapCause));
        return process.exit();
    }

    private static int signal(int cause) {
        return switch (cause) {
            case TrapCause.ILLEGAL_INSTRUCTION -> Signals.SIGILL;
            case TrapCause.BREAKPOINT -> Signals.SIGTRAP;
            case TrapCause.INSTRUCTION_MISALIGNED,
                    TrapCause.LOAD_MISALIGNED,
                    TrapCause.STORE_MISALIGNED ->
                    Signals.SIGBUS;
            default -> Signals.SIGSEGV;
        };
    }

    /** Returns every row of the table of system calls, by ascending number. */
    List<Syscall> syscalls() {
        return List.copyOf(table.rows());
    }
}
