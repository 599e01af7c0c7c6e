package dev.lockstep.riscv.told;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.told.ToldStep.Change;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** The hart and the memory on which is repeated what is told. Belongs to the engine's thread. */
final class ToldGuest {
    private static final int FFLAGS_BITS = 5;
    private static final int FFLAGS = (1 << FFLAGS_BITS) - 1;
    private static final int FRM = 7;

    private final Teller teller;
    private final Hart hart;
    private final GuestMemory memory;

    /** What the machine is to serve. */
    private @Nullable ToldStep served;

    ToldGuest(Teller teller, Hart hart, GuestMemory memory) {
        this.teller = teller;
        this.hart = hart;
        this.memory = memory;
    }

    Hart hart() {
        return hart;
    }

    GuestMemory memory() {
        return memory;
    }

    Teller teller() {
        return teller;
    }

    /** Returns the next step; it begins where the hart stands. */
    ToldStep next() {
        ToldStep step = teller.next();
        if (step.pc() != hart.pc) {
            throw new EngineException(
                    "step %d was told to be at 0x%x (expected: 0x%x, where the guest is)"
                            .formatted(hart.steps, step.pc(), hart.pc));
        }
        return step;
    }

    /** Leaves a step to the machine. */
    void leave(ToldStep step) {
        served = step;
    }

    /** Returns the step that was left to the machine. */
    ToldStep taken() {
        return Objects.requireNonNull(served);
    }

    /** Writes what an instruction wrote, and adds that to the open record. */
    void write(ToldStep step, Instruction in) {
        for (Change change : step.changes()) {
            write(change);
        }
        if (in.op().kind() == Kind.CSR && writesCsr(in) && !step.trapped()) {
            int csr = (int) in.imm();
            hart.addValue(hart.pc, Digest.CSR + csr, valueOf(csr, step, in));
        }
    }

    private void write(Change change) {
        int slot = change.slot();
        if (slot >= Digest.CSR) {
            writeFloatCsr(slot - Digest.CSR, change.value());
        } else if (slot >= Digest.STORE) {
            store(change.address(), 1 << (slot - Digest.STORE), change.value());
        } else if (slot >= Digest.F) {
            hart.f[slot - Digest.F] = change.value();
            hart.addValue(hart.pc, slot, change.value());
        } else if (slot != Digest.X) {
            hart.x[slot] = change.value();
            hart.addValue(hart.pc, slot, change.value());
        }
    }

    /** Other CSRs nobody asks for here: what reads them is told what it read. */
    private void writeFloatCsr(int csr, long value) {
        if (csr == Csr.FFLAGS.number()) {
            hart.fflags = (int) value & FFLAGS;
        } else if (csr == Csr.FRM.number()) {
            hart.frm = (int) value & FRM;
        } else if (csr == Csr.FCSR.number()) {
            hart.fflags = (int) value & FFLAGS;
            hart.frm = (int) (value >>> FFLAGS_BITS) & FRM;
        }
    }

    private void store(long address, int width, long value) {
        hart.addStore(address, width, value);
        if (memory.isMapped(address, width)) {
            byte[] bytes =
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(value)
                            .array();
            memory.poke(address, bytes, 0, width);
        }
    }

    private static boolean writesCsr(Instruction in) {
        boolean swaps = in.op() == Op.CSRRW || in.op() == Op.CSRRWI;
        return swaps || in.rs1() != 0;
    }

    /** Returns what a CSR reads as: one of which no write is told is as it was. */
    private long valueOf(int csr, ToldStep step, Instruction in) {
        if (csr == Csr.FCSR.number()) {
            return (long) hart.frm << FFLAGS_BITS | hart.fflags;
        }
        return step.changes().stream()
                .filter(change -> change.slot() == Digest.CSR + csr)
                .mapToLong(Change::value)
                .findFirst()
                .orElse(in.rd() == 0 ? 0 : hart.x[in.rd()]);
    }

    /** Returns whether memory is there that the guest cannot write. */
    boolean isUnwritable(long address) {
        return memory.permissions(address).filter(page -> !page.write()).isPresent();
    }

    /** Adds the transfer of an instruction that completed, if it was one. */
    void transfer(ToldStep step, Instruction in) {
        long behind = step.pc() + in.length();
        boolean taken =
                switch (in.op().kind()) {
                    case JUMP, JUMP_REGISTER -> true;
                    case BRANCH -> step.nextPc() != behind || isTakenToNext(in);
                    default -> step.nextPc() != behind || in.op() == Op.MRET;
                };
        if (taken) {
            Kind kind = in.op().kind();
            boolean direct = kind == Kind.BRANCH || kind == Kind.JUMP;
            hart.addJump(step.nextPc(), !direct);
        }
    }

    /** Only registers tell whether a branch to the next instruction was taken. */
    private boolean isTakenToNext(Instruction in) {
        return in.imm() == in.length() && Branches.isTaken(in, hart.x);
    }

    /** Returns an instruction by its encoding; what could not be fetched is illegal. */
    static Instruction decode(ToldStep step) {
        return Decoder.decode(step.instruction());
    }
}
