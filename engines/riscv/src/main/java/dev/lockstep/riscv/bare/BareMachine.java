package dev.lockstep.riscv.bare;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.MachineState;
import dev.lockstep.riscv.Payload;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateReader;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.ProgramImage;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A machine without an operating system, as tests of instruction sets expect one: memory at
 * 0x80000000, machine mode and user mode, and {@link Htif}.
 *
 * <p>Engines know user mode only. What belongs to machine mode traps there, and is carried out
 * here, as a hypervisor would: MRET, WFI, the CSRs of machine mode, and stores to {@link Htif}'s
 * variables.
 */
public final class BareMachine implements GuestMachine {
    /** Address of the first byte of memory. */
    public static final long RAM_START = 0x8000_0000L;

    /** Bytes of memory. */
    public static final long RAM_BYTES = 128 << 20;

    /** Size of guest memory, which starts at address 0. */
    public static final long MEMORY_BYTES = RAM_START + RAM_BYTES;

    private final Hart hart;
    private final GuestMemory memory;
    private final MachineMode mode = new MachineMode();
    private final Console console;
    private final Htif htif;
    private final MachineState state;
    private final InputSource inputs;
    private final GuestEvents events;
    private final Consumer<String> notes;

    private BareMachine(
            GuestProgram program,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            GuestEvents events,
            Consumer<String> notes) {
        this.hart = hart;
        this.memory = memory;
        this.inputs = inputs;
        this.events = events;
        this.notes = once(notes);
        console = new Console(hart, inputs, listener, events);
        htif = new Htif(program.elf().readSymbols(), memory, console, this.notes);
        state =
                new MachineState(
                        memory.sizeBytes(),
                        hart,
                        "bare",
                        fields -> {
                            exchange(fields);
                            checkFloats();
                        });
    }

    private static Consumer<String> once(Consumer<String> notes) {
        Set<String> told = new HashSet<>();
        return text -> {
            if (told.add(text)) {
                notes.accept(text);
            }
        };
    }

    /**
     * Loads a program into an empty memory and sets the hart to its first instruction.
     *
     * @param events takes what happens to the guest
     * @param notes is told, once each, of what the guest asks for and cannot have
     */
    public static BareMachine boot(
            GuestProgram program,
            GuestMemory memory,
            Hart hart,
            InputSource inputs,
            HostCallListener listener,
            GuestEvents events,
            Consumer<String> notes) {
        ProgramImage image = new ProgramImage(program);
        image.checkInside(RAM_START, MEMORY_BYTES);
        memory.map(RAM_START, RAM_BYTES, Permissions.ALL);
        image.copy(memory);
        hart.pc = program.elf().entry();
        BareMachine machine =
                new BareMachine(program, memory, hart, inputs, listener, events, notes);
        machine.htif.protect();
        return machine;
    }

    /**
     * Has a guest go on from a state; its memory is as it was then.
     *
     * @param state what machine and, where the host is asked, world said
     * @param events takes what happens to the guest from then on
     * @param notes is told, once each, of what the guest asks for and cannot have
     * @throws StateException if it cannot; then the hart is as it was
     */
    public static BareMachine resume(
            GuestProgram program,
            GuestMemory memory,
            Hart hart,
            GuestState state,
            InputSource inputs,
            HostCallListener listener,
            GuestEvents events,
            Consumer<String> notes) {
        BareMachine machine =
                new BareMachine(program, memory, hart, inputs, listener, events, notes);
        machine.state.read(state, inputs, machine::goOnWith);
        return machine;
    }

    /** Returns whether a program was made for such a machine. */
    public static boolean isFor(GuestProgram program) {
        // Symbols are read of what no process of Linux could be: they cost a large program time.
        return program.elf().entry() >= RAM_START
                && program.elf().readSymbols().find(Htif.TO_HOST).isPresent();
    }

    @Override
    public Optional<GuestExit> ecall() {
        int cause = mode.inMachineMode() ? TrapCause.ECALL_FROM_M : TrapCause.ECALL_FROM_U;
        return enterHandler(cause, 0);
    }

    @Override
    public Optional<GuestExit> trap() {
        return switch (hart.trapCause) {
            case TrapCause.ILLEGAL_INSTRUCTION -> takeIllegal();
            case TrapCause.STORE_PAGE_FAULT -> takeStore();
            case TrapCause.INSTRUCTION_PAGE_FAULT ->
                    enterHandler(TrapCause.INSTRUCTION_ACCESS_FAULT, hart.trapValue);
            case TrapCause.LOAD_PAGE_FAULT ->
                    enterHandler(TrapCause.LOAD_ACCESS_FAULT, hart.trapValue);
            case TrapCause.BREAKPOINT -> enterHandler(TrapCause.BREAKPOINT, hart.pc);
            default -> enterHandler(hart.trapCause, hart.trapValue);
        };
    }

    @Override
    public void readTime(int rd) {
        setRegister(rd, hart.steps);
        hart.pc += Integer.BYTES;
    }

    private void exchange(Fields fields) {
        boolean hadFloats = mode.hasFloats();
        htif.exchange(fields);
        mode.exchange(fields);
        if (mode.hasFloats() != hadFloats) {
            memory.forgetCode();
        }
    }

    private void checkFloats() {
        if (hart.hasFloats != mode.hasFloats()) {
            throw new IllegalArgumentException(
                    "mstatus.FS: %s (expected: as hart.floats)"
                            .formatted(mode.hasFloats() ? "on" : "off"));
        }
    }

    @Override
    public Runnable checkpoint() {
        Portable machine = this::exchange;
        return machine.checkpoint();
    }

    @Override
    public StateGroup state() {
        return state.write();
    }

    @Override
    public World world() {
        MachineState.checkPerforms(inputs);
        return console.input().world();
    }

    /** Has the console go on as a state says. */
    private void goOnWith(StateGroup given) {
        BareWorld world = StateReader.value("world", given, BareWorld.BLANK, BareWorld::exchange);
        if (inputs.performs()) {
            console.input().goOnWith(world, notes);
        }
    }

    private Optional<GuestExit> enterHandler(int cause, long value) {
        hart.addTrap(cause);
        hart.reservation = Hart.NO_RESERVATION;
        long handler = mode.trapHandler();
        tellTrap(cause, value, handler);
        if (memory.permissions(handler).isEmpty()) {
            notes.accept(
                    "%s at 0x%x, and mtvec (0x%x) points to no memory"
                            .formatted(TrapCause.name(cause), hart.pc, handler));
            return ended(new GuestExit(GuestExit.Reason.TRAPPED, cause));
        }
        hart.pc = mode.enter(hart.pc, cause, value);
        return Optional.empty();
    }

    private void tellTrap(int cause, long value, long handler) {
        long pc = hart.pc;
        events.emit(
                "trap",
                () ->
                        new Payload()
                                .number("cause", cause)
                                .text("name", TrapCause.name(cause))
                                .address("pc", pc)
                                .address("value", value)
                                .address("handler", handler));
    }

    private Optional<GuestExit> ended(GuestExit exit) {
        events.emit("exit", () -> Payload.of(exit));
        return Optional.of(exit);
    }

    /** Carries out what is illegal to an engine only. */
    private Optional<GuestExit> takeIllegal() {
        Instruction in = Decoder.decode((int) hart.trapValue);
        boolean done =
                switch (in.op()) {
                    case MRET -> returnFromTrap();
                    case WFI -> advance(); // Nothing will come; the specification permits this.
                    case CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI -> accessCsr(in);
                    default -> false;
                };
        return done
                ? Optional.empty()
                : enterHandler(TrapCause.ILLEGAL_INSTRUCTION, hart.trapValue);
    }

    private boolean returnFromTrap() {
        if (!mode.inMachineMode()) {
            return false;
        }
        long target = mode.leave();
        hart.addIndirectJump(target);
        hart.pc = target;
        return true;
    }

    private boolean advance() {
        hart.pc += Integer.BYTES;
        return true;
    }

    private boolean accessCsr(Instruction in) {
        int csr = (int) in.imm();
        boolean isSwap =
                switch (in.op()) {
                    case CSRRW, CSRRWI -> true;
                    default -> false;
                };
        boolean writes = isSwap || in.rs1() != 0;
        OptionalLong old = mode.read(csr, hart.steps);
        if (old.isEmpty() || !mode.permits(csr, writes)) {
            return false;
        }
        if (writes) {
            mode.write(csr, updated(in, old.getAsLong()), hart.steps);
            permitFloats(mode.hasFloats());
            long written = mode.read(csr, hart.steps + 1).orElseThrow();
            hart.addValue(hart.pc, Digest.CSR + csr, written);
        }
        setRegister(in.rd(), old.getAsLong());
        return advance();
    }

    private void permitFloats(boolean permitted) {
        if (hart.hasFloats != permitted) {
            hart.hasFloats = permitted;
            memory.forgetCode();
        }
    }

    private long updated(Instruction in, long old) {
        return switch (in.op()) {
            case CSRRW -> hart.x[in.rs1()];
            case CSRRS -> old | hart.x[in.rs1()];
            case CSRRC -> old & ~hart.x[in.rs1()];
            case CSRRWI -> in.rs1();
            case CSRRSI -> old | in.rs1();
            case CSRRCI -> old & ~(long) in.rs1();
            default -> throw new IllegalArgumentException("no CSR instruction: " + in);
        };
    }

    private void setRegister(int rd, long value) {
        if (rd != 0) {
            hart.x[rd] = value;
            hart.addValue(hart.pc, Digest.X + rd, value);
        }
    }

    /** Does a store to the page of the host's variable in the engine's place. */
    private Optional<GuestExit> takeStore() {
        Instruction in = storeAtPc();
        long address = hart.x[in.rs1()] + in.imm();
        int width = width(in);
        // Code that was changed in this very block is not what the engine has executed.
        boolean isThis = Long.compareUnsigned(hart.trapValue - address, width) < 0;
        if (!isThis || !htif.owns(hart.trapValue) || !memory.isMapped(address, width)) {
            return enterHandler(TrapCause.STORE_ACCESS_FAULT, hart.trapValue);
        }
        long value = in.op().rs2() == RegisterFile.F ? hart.f[in.rs2()] : hart.x[in.rs2()];
        addStore(address, width, value);
        Optional<GuestExit> exit = storeToHost(address, width, value);
        hart.pc += in.length();
        return exit;
    }

    /**
     * Does what a store to the page of the host's variable wants, and what it commands.
     *
     * @param width in bytes: 1, 2, 4 or 8
     * @return how the guest ended, if it was told to
     */
    public Optional<GuestExit> storeToHost(long address, int width, long value) {
        return htif.store(address, width, value).flatMap(this::ended);
    }

    /** Returns whether that page has this address. */
    public boolean isHosts(long address) {
        return htif.owns(address);
    }

    private void addStore(long address, int width, long value) {
        long stored = width == Long.BYTES ? value : value & ((1L << (width * Byte.SIZE)) - 1);
        hart.addStore(address, width, stored);
    }

    private Instruction storeAtPc() {
        int parcel = memory.fetchParcel(hart.pc);
        return Decoder.length(parcel) == Short.BYTES
                ? Decoder.decode(parcel)
                : Decoder.decode(parcel | memory.fetchParcel(hart.pc + 2) << Short.SIZE);
    }

    /** Returns how many bytes of a register are stored; 0 by what is no plain store. */
    private static int width(Instruction in) {
        return switch (in.op()) {
            case SB -> Byte.BYTES;
            case SH -> Short.BYTES;
            case SW, FSW -> Integer.BYTES;
            case SD, FSD -> Long.BYTES;
            default -> 0;
        };
    }
}
