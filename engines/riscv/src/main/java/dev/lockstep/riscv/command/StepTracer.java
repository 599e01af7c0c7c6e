package dev.lockstep.riscv.command;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Tells what one instruction did by looking at the guest before and after it. So the engine need
 * not say, and what it does beside what the instruction is for shows too. Only whether it wrote
 * where nothing has changed is for the engine to say, by its digest.
 */
final class StepTracer {
    /** Bytes around a store that are looked at for what it should not have changed. */
    private static final int NEIGHBOURS = 16;

    private static final int FCSR_SLOT = Digest.CSR + 0x003;
    private static final int FFLAGS_BITS = 5;

    private final Hart hart;
    private final GuestMemory memory;
    private final boolean registersAreCounted;

    // What was before the step.
    private final long[] x = new long[Integer.SIZE];
    private final long[] f = new long[Integer.SIZE];
    private long fcsr;
    private long pc;
    private long digest;
    private @Nullable Instruction instruction;
    private long accessed;
    private byte[] around = {};
    private TracedStep.Builder step = TracedStep.newBuilder();

    /**
     * @param registersAreCounted whether the engine's digest counts writes of registers
     */
    StepTracer(Hart hart, GuestMemory memory, boolean registersAreCounted) {
        this.registersAreCounted = registersAreCounted;
        this.hart = hart;
        this.memory = memory;
    }

    /** Looks at the guest before its next instruction. */
    void before() {
        pc = hart.pc;
        System.arraycopy(hart.x, 0, x, 0, x.length);
        System.arraycopy(hart.f, 0, f, 0, f.length);
        fcsr = fcsr();
        digest = hart.openDigest;
        instruction = fetch();
        step = TracedStep.newBuilder().setStep(hart.steps).setPc(pc);
        if (instruction != null) {
            step.setInstruction(instruction.raw());
            addOperands(instruction);
            accessed = x[instruction.rs1()] + offset(instruction);
            around = writesMemory(instruction) ? around(accessed) : new byte[0];
        }
    }

    /** Returns what happened since {@link #before}, if the instruction completed. */
    TracedStep completed() {
        Instruction done = instruction;
        if (done != null) {
            addRegisters(done);
            addStore(done);
            addTransfer(done);
        }
        return build();
    }

    /** Returns the same if it trapped, or was served by the machine. */
    TracedStep handedBack(@Nullable Integer cause) {
        Instruction done = instruction;
        if (done != null && done.op().kind() == Kind.CSR && hart.pc == pc + done.length()) {
            addRegisters(done); // Of machine mode: illegal to the engine, and completed.
            return build();
        }
        addChanges(RegisterFile.X, x, hart.x, -1);
        if (cause != null) {
            add(Digest.TRAP, cause);
        }
        return build();
    }

    /** Returns the same if it asks for what it was not told yet: it has done nothing. */
    TracedStep asking() {
        return step.setNextPc(pc).build();
    }

    private TracedStep build() {
        if (fcsr() != fcsr && step.getEffectsList().stream().noneMatch(StepTracer::isFloatCsr)) {
            add(FCSR_SLOT, fcsr());
        }
        return step.setNextPc(hart.pc).build();
    }

    private static boolean isFloatCsr(Effect effect) {
        return effect.getSlot() == FCSR_SLOT;
    }

    private @Nullable Instruction fetch() {
        try {
            int parcel = memory.fetchParcel(pc);
            return Decoder.length(parcel) == Short.BYTES
                    ? Decoder.decode(parcel)
                    : Decoder.decode(parcel | memory.fetchParcel(pc + Short.BYTES) << Short.SIZE);
        } catch (GuestTrap fault) {
            return null;
        }
    }

    private void addOperands(Instruction next) {
        boolean immediate = next.op().rs1() == RegisterFile.NONE;
        if (!immediate) {
            addOperand(next.op().rs1(), next.rs1());
        }
        addOperand(next.op().rs2(), next.rs2());
        addOperand(next.op().rs3(), next.rs3());
    }

    private void addOperand(RegisterFile file, int number) {
        switch (file) {
            case NONE -> {}
            case X -> step.addOperands(effect(Digest.X + number, x[number]));
            case F -> step.addOperands(effect(Digest.F + number, f[number]));
        }
    }

    private void addRegisters(Instruction done) {
        int rd = done.rd();
        boolean writesX = done.op().writesX() && rd != 0;
        if (writesX && (wrote() || hart.x[rd] != x[rd])) {
            add(Digest.X + rd, hart.x[rd]);
        }
        if (done.op().writesF() && (wrote() || hart.f[rd] != f[rd])) {
            add(Digest.F + rd, hart.f[rd]);
        }
        addChanges(RegisterFile.X, x, hart.x, writesX ? rd : -1);
        addChanges(RegisterFile.F, f, hart.f, done.op().writesF() ? rd : -1);
        if (done.op().kind() == Kind.CSR && Csr.isFloat((int) done.imm())) {
            add(FCSR_SLOT, fcsr());
        }
    }

    /** A digest of what is committed does not tell of registers; then the instruction does. */
    private boolean wrote() {
        return isCounted() || !registersAreCounted;
    }

    /** Returns whether the engine counts any effect of the instruction. */
    private boolean isCounted() {
        return hart.openDigest != digest;
    }

    /** Adds registers that changed although the instruction does not write them. */
    private void addChanges(RegisterFile file, long[] before, long[] after, int written) {
        int first = file == RegisterFile.X ? Digest.X : Digest.F;
        for (int number = 0; number < before.length; number++) {
            if (number != written && before[number] != after[number]) {
                add(first + number, after[number]);
            }
        }
    }

    private void addStore(Instruction done) {
        if (!writesMemory(done)) {
            return;
        }
        byte[] now = around(accessed);
        int width = done.op().width();
        boolean due = done.op().kind() != Kind.SC || (done.rd() != 0 && hart.x[done.rd()] == 0);
        boolean stored = due && (isCounted() || !Arrays.equals(now, around));
        if (stored) {
            add(Digest.storeSlot(width), value(now, NEIGHBOURS, width), accessed);
        }
        for (int i = 0; i < now.length; i++) {
            boolean own = stored && i >= NEIGHBOURS && i < NEIGHBOURS + width;
            if (!own && now[i] != around[i]) {
                add(Digest.STORE, now[i] & 0xFF, accessed + i - NEIGHBOURS);
            }
        }
    }

    private void addTransfer(Instruction done) {
        if (hart.pc != pc + done.length()) {
            add(Digest.TRANSFER, hart.pc);
        }
    }

    private static boolean writesMemory(Instruction of) {
        return switch (of.op().kind()) {
            case STORE, SC, AMO -> true;
            default -> false;
        };
    }

    /** Returns what an address is relative to its register: of atomics, nothing. */
    private static long offset(Instruction of) {
        return of.op().kind() == Kind.STORE ? of.imm() : 0;
    }

    /** Returns the bytes around an address; zeros where nothing is mapped. */
    private byte[] around(long address) {
        byte[] bytes = new byte[2 * NEIGHBOURS + Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            long at = address + i - NEIGHBOURS;
            if (memory.isMapped(at, 1)) {
                memory.peek(at, bytes, i, 1);
            }
        }
        return bytes;
    }

    private static long value(byte[] bytes, int from, int width) {
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << Byte.SIZE | (bytes[from + i] & 0xFF);
        }
        return value;
    }

    private long fcsr() {
        return (long) hart.frm << FFLAGS_BITS | hart.fflags;
    }

    private void add(int slot, long value) {
        step.addEffects(effect(slot, value));
    }

    private void add(int slot, long value, long address) {
        step.addEffects(effect(slot, value).setAddress(address));
    }

    private static Effect.Builder effect(int slot, long value) {
        return Effect.newBuilder().setSlot(slot).setValue(value);
    }
}
