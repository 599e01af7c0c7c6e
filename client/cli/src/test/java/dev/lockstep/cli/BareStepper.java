package dev.lockstep.cli;

import dev.lockstep.interp.Interpreter;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.bare.BareMachine;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** Executes a program for a bare machine on our interpreter, and says what each instruction did. */
final class BareStepper implements AutoCloseable {
    private final Hart hart = new Hart();
    private final GuestMemory memory = new GuestMemory(BareMachine.MEMORY_BYTES);
    private final BareMachine machine;
    private final Interpreter interpreter;

    BareStepper(Path program) {
        machine =
                BareMachine.boot(
                        GuestProgram.read(program.toString(), Sysroot.NONE),
                        memory,
                        hart,
                        (call, perform) -> InputAnswer.of(call.outputBytes()),
                        HostCallListener.NONE,
                        GuestEvents.NONE,
                        note -> {});
        interpreter =
                new Interpreter(
                        memory, BlockReader.ofSingleSteps(memory, hart), hart, Recording.FREE);
    }

    /**
     * What an instruction did.
     *
     * @param mode in which it was executed
     * @param isThere whether it could be fetched
     * @param completed whether it did not trap
     * @param flags of the floating-point unit, before
     * @param address of what it accessed
     * @param stored what it stored, if it did
     */
    record Outcome(
            long pc,
            int mode,
            Instruction in,
            boolean isThere,
            boolean completed,
            int flags,
            long address,
            Optional<Long> stored,
            Optional<GuestExit> exit) {}

    Hart hart() {
        return hart;
    }

    GuestMemory memory() {
        return memory;
    }

    /** Executes the next instruction. */
    Outcome step() {
        long pc = hart.pc;
        int mode = (int) machineField("mode").orElseThrow().longValue();
        boolean isThere = memory.permissions(pc).isPresent();
        Instruction in = isThere ? fetch(pc) : Decoder.decode(0);
        long[] x = hart.x.clone();
        int flags = hart.fflags;
        Optional<GuestExit> exit = Optional.empty();
        Stop stop = interpreter.run(hart.steps + 1);
        if (stop != Stop.LIMIT) {
            exit = stop == Stop.ECALL ? machine.ecall() : machine.trap();
            hart.steps++;
            hart.openSteps = 0;
            hart.openTurns = 0;
        }
        boolean completed = stop == Stop.LIMIT || isServed(in, pc);
        boolean isPlain = in.op().kind() == Kind.LOAD || in.op().kind() == Kind.STORE;
        long address = x[in.rs1()] + (isPlain ? in.imm() : 0);
        Optional<Long> stored = completed ? stored(in, address, x) : Optional.empty();
        return new Outcome(pc, mode, in, isThere, completed, flags, address, stored, exit);
    }

    /** Returns whether the machine completed an instruction in the engine's place. */
    private boolean isServed(Instruction in, long pc) {
        return switch (in.op().kind()) {
            case CSR, STORE -> hart.pc == pc + in.length();
            case SYSTEM ->
                    (in.op() == Op.MRET && hart.pc == machineField("mepc").orElseThrow())
                            || (in.op() == Op.WFI && hart.pc == pc + in.length());
            default -> false;
        };
    }

    private Instruction fetch(long pc) {
        int parcel = memory.fetchParcel(pc);
        return Decoder.length(parcel) == 2
                ? Decoder.decode(parcel)
                : Decoder.decode(parcel | memory.fetchParcel(pc + 2) << 16);
    }

    /** Commands to the host are gone from memory at once; so plain stores are told by registers. */
    private Optional<Long> stored(Instruction in, long address, long[] x) {
        int unused = Long.SIZE - in.op().width() * Byte.SIZE;
        boolean fails = in.op().kind() == Kind.SC && hart.x[in.rd()] != 0;
        return switch (in.op().kind()) {
            case STORE, SC -> {
                boolean isFloat = in.op() == Op.FSW || in.op() == Op.FSD;
                long value = isFloat ? hart.f[in.rs2()] : x[in.rs2()];
                yield fails ? Optional.empty() : Optional.of(value << unused >>> unused);
            }
            case AMO -> {
                byte[] bytes = new byte[Long.BYTES];
                memory.peek(address, bytes, 0, in.op().width());
                yield Optional.of(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
            }
            default -> Optional.empty();
        };
    }

    /** Returns a field of the machine's state by its name. */
    Optional<Long> machineField(String name) {
        return find(machine.state(), name);
    }

    private static Optional<Long> find(StateGroup group, String name) {
        for (StateField field : group.getFieldsList()) {
            if (field.getName().equals(name)) {
                return Optional.of(field.getNumber());
            }
            if (field.hasGroup()) {
                Optional<Long> inside = find(field.getGroup(), name);
                if (inside.isPresent()) {
                    return inside;
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        memory.close();
    }
}
