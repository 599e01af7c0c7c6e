package dev.lockstep.riscv.linux;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.MachineState;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateReader;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
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
    private static final int CSR_ACCESS_BYTES = 4;

    /** Number of the input that a read of the CSR time asks for. */
    private static final long TIME_INPUT = -3;

    // What si_code says of each kind of fault (asm-generic/siginfo.h).
    private static final int ILLEGAL_OPCODE = 1;
    private static final int BREAKPOINT = 1;
    private static final int MISALIGNED = 1;
    private static final int NOT_MAPPED = 1;
    private static final int NOT_PERMITTED = 2;

    /** The call whose input stands for what reaches files when the guest ends. */
    private static final long MSYNC = 227;

    private final GuestMemory memory;
    private final Hart hart;
    private final InputSource inputs;
    private final HostCallListener listener;
    private final GuestProcess process;
    private final Signals signals;
    private final Timers timers;
    private final HostFiles files;
    private final FileContents contents = new FileContents();
    private final FilePages pages;
    private final SyscallTable table;
    private final ReplayedOutput shown;
    private final ProcessEvents events;

    /** All that every side knows. */
    private final Portable model;

    private final MachineState state;

    private LinuxMachine(
            GuestProgram program,
            Launch launch,
            InitialImage.Start start,
            AddressSpace space,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            ProcessEvents events,
            Consumer<String> notes) {
        this.memory = memory;
        this.hart = hart;
        this.inputs = inputs;
        this.listener = listener;
        this.events = events;
        process = new GuestProcess(notes, start.processId(), start.userId());
        signals = new Signals(process, hart, memory, events, start.signalReturn());
        timers = new Timers(process, hart, inputs, listener, signals);
        shown =
                new ReplayedOutput(
                        listener,
                        new FileOutputStream(FileDescriptor.out),
                        new FileOutputStream(FileDescriptor.err));
        files = new HostFiles(program.path(), launch, process);
        Forwarding forward = new Forwarding(files, listener);
        SelfWait selfWait = new SelfWait(files, process);
        pages = new FilePages(memory, files, listener);
        ProcessCalls processCalls = new ProcessCalls(process);
        ControlCalls controls = new ControlCalls(programName(program));
        LimitCalls limits = new LimitCalls(process, files);
        model =
                fields -> {
                    space.exchange(fields);
                    process.exchange(fields);
                    fields.group("signals", signals);
                    fields.group("timer", timers);
                    pages.exchange(fields);
                    processCalls.exchange(fields);
                    fields.group("prctl", controls);
                    limits.exchange(fields);
                };
        state = new MachineState(memory.sizeBytes(), hart, "linux", this::exchange);
        table =
                new SyscallTable(
                        new DescriptorCalls(files, listener).rows(),
                        new FileCalls(files, listener).rows(),
                        new TransferCalls(files, selfWait, signals, listener).rows(),
                        new PathCalls(files, listener).rows(),
                        new AttributeCalls(files, listener).rows(),
                        new MemoryCalls(memory, space, files, pages).rows(),
                        new TimeCalls(files, timers, signals, forward).rows(),
                        timers.rows(),
                        new PollCalls(files, signals, timers, selfWait).rows(),
                        new EventCalls(files, forward, signals, timers, selfWait).rows(),
                        processCalls.rows(),
                        controls.rows(),
                        new IdentityCalls(process, forward).rows(),
                        new SchedulingCalls(forward).rows(),
                        limits.rows(),
                        new SystemCalls(forward).rows(),
                        new FutexCalls(files, process, signals, timers).rows(),
                        new RefusedCalls(process).rows(),
                        new SignalCalls(process, signals, timers).rows());
    }

    private void exchange(Fields fields) {
        model.exchange(fields);
        if (!hart.hasFloats) {
            throw new IllegalArgumentException(
                    "hart.floats: 0 (expected: 1 for a process of Linux)");
        }
    }

    private static String programName(GuestProgram program) {
        return String.valueOf(program.path().getFileName());
    }

    /**
     * Loads a program into an empty memory and sets the hart to its first instruction.
     *
     * @param events takes what happens to the guest
     * @param notes is told, once each, of what the guest asks for and cannot have
     */
    public static LinuxMachine boot(
            GuestProgram program,
            Launch launch,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            GuestEvents events,
            Consumer<String> notes) {
        AddressSpace space = new AddressSpace(memory);
        InitialImage.Start start =
                new InitialImage(program, memory, space).build(launch, hart, inputs);
        ProcessEvents told = new ProcessEvents(events, hart, memory, space);
        told.begin();
        return new LinuxMachine(
                program, launch, start, space, memory, hart, inputs, listener, told, notes);
    }

    /**
     * Has a guest go on from a state; its memory is as it was then.
     *
     * @param state what machine and, where the host is asked, world said
     * @param events takes what happens to the guest from then on
     * @param notes is told, once each, of what the guest asks for and cannot have
     * @throws StateException if it cannot; then the hart is as it was
     */
    public static LinuxMachine resume(
            GuestProgram program,
            Launch launch,
            GuestMemory memory,
            Hart hart,
            GuestState state,
            InputSource inputs,
            HostCallListener listener,
            GuestEvents events,
            Consumer<String> notes) {
        AddressSpace space = new AddressSpace(memory);
        ProcessEvents told = new ProcessEvents(events, hart, memory, space);
        LinuxMachine machine =
                new LinuxMachine(
                        program,
                        launch,
                        InitialImage.Start.UNKNOWN,
                        space,
                        memory,
                        hart,
                        inputs,
                        listener,
                        told,
                        notes);
        machine.state.read(state, inputs, world -> machine.goOnWith(world, notes));
        told.begin();
        return machine;
    }

    @Override
    public Optional<GuestExit> ecall() {
        long pc = hart.pc;
        Optional<Syscall> row = table.find(hart.x[NUMBER]);
        events.calls(row); // Before it is made: it may wait, or never return.
        hart.reservation = Hart.NO_RESERVATION;
        hart.pc += ECALL_BYTES; // Before the call, since one of them goes elsewhere.
        long result = row.isPresent() ? serve(row.get(), pc) : unknown();
        if (process.exit().isEmpty()) {
            hart.x[RESULT] = result;
            events.returns(result);
            if (row.isEmpty() || row.get().resultIsComputed()) {
                hart.addValue(pc, RESULT, result);
            }
            timers.collect(pc);
            signals.deliver(pc);
        }
        return conclude(pc);
    }

    /**
     * Returns whether and how the guest has ended; then its files have what they are to have.
     *
     * @param pc address of the instruction at whose step this happens
     */
    private Optional<GuestExit> conclude(long pc) {
        if (process.exit().isPresent() && pages.reachFiles()) {
            Syscall msync = table.find(MSYNC).orElseThrow();
            pages.writeBackAll(new Call(msync, hart, pc, inputs, memory, shown));
        }
        process.exit().ifPresent(events::ends);
        return process.exit();
    }

    private long serve(Syscall row, long pc) {
        return row.handler().serve(new Call(row, hart, pc, inputs, memory, shown));
    }

    private long unknown() {
        process.note("system call %d is not known; it gives ENOSYS".formatted(hart.x[NUMBER]));
        return Errno.ENOSYS;
    }

    @Override
    public Optional<GuestExit> trap() {
        long pc = hart.pc;
        hart.addTrap(hart.trapCause);
        hart.reservation = Hart.NO_RESERVATION;
        signals.force(signal(hart.trapCause, hart.trapValue));
        signals.deliver(pc);
        return conclude(pc);
    }

    @Override
    public void readTime(int rd) {
        InputCall question = new InputCall(hart.steps, hart.pc, TIME_INPUT, List.of(), 0, 0);
        long time = inputs.obtain(question, () -> InputAnswer.of(System.nanoTime())).value();
        if (rd != 0) {
            hart.x[rd] = time;
        }
        hart.pc += CSR_ACCESS_BYTES;
    }

    @Override
    public Runnable checkpoint() {
        return model.checkpoint();
    }

    @Override
    public StateGroup state() {
        if (process.exit().isPresent()) {
            throw new StateException("the guest has ended, so it has no state to go on from");
        }
        return state.write();
    }

    @Override
    public World world() {
        MachineState.checkPerforms(inputs);
        return WorldTaking.take(files, contents, listener, timers.world());
    }

    /** Has what stands behind the process go on as a state says. */
    private void goOnWith(StateGroup given, Consumer<String> notes) {
        LinuxWorld world =
                StateReader.value("world", given, LinuxWorld.BLANK, LinuxWorld::exchange);
        if (inputs.performs()) {
            timers.goOnWith(world.timer());
            WorldOpening.open(files, world, listener, notes);
        }
        if (world.files() != null) {
            shown.goOnWith(world.files().open());
        }
    }

    private SignalInfo signal(int cause, long value) {
        return switch (cause) {
            case TrapCause.ILLEGAL_INSTRUCTION ->
                    SignalInfo.fault(Signal.ILL, ILLEGAL_OPCODE, hart.pc);
            case TrapCause.BREAKPOINT -> SignalInfo.fault(Signal.TRAP, BREAKPOINT, hart.pc);
            case TrapCause.INSTRUCTION_MISALIGNED,
                    TrapCause.LOAD_MISALIGNED,
                    TrapCause.STORE_MISALIGNED ->
                    SignalInfo.fault(Signal.BUS, MISALIGNED, value);
            default ->
                    SignalInfo.fault(
                            Signal.SEGV,
                            memory.permissions(value).isPresent() ? NOT_PERMITTED : NOT_MAPPED,
                            value);
        };
    }

    /** Returns whether this side has ever asked its host, which a subject must not. */
    boolean hasAskedHost() {
        return files.hasKernel();
    }

    /** Returns every row of the table of system calls, by ascending number. */
    List<Syscall> syscalls() {
        return List.copyOf(table.rows());
    }
}
