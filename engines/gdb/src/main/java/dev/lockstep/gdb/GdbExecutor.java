package dev.lockstep.gdb;

import dev.lockstep.gdb.StepOutcome.Store;
import dev.lockstep.gdb.StepOutcome.Write;
import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Executes blocks instruction by instruction in a stub, and has hart and memory do as it did. Only
 * what engines do alike by agreement never gets there: ecalls, and reads of time and counters.
 */
final class GdbExecutor implements Executor {
    private static final int FFLAGS_BITS = 5;
    private static final int FFLAGS_MASK = (1 << FFLAGS_BITS) - 1;

    private final RemoteGuest guest;
    private final BlockReader reader;
    private final Hart hart;
    private final Recording recording;
    private final EffectDigest digest;

    GdbExecutor(RemoteGuest guest, BlockReader reader, Hart hart, Recording recording) {
        this.guest = guest;
        this.reader = reader;
        this.hart = hart;
        this.recording = recording;
        digest = new EffectDigest(hart, recording.effects());
    }

    @Override
    public Stop run(long stepLimit) {
        try {
            return execute(stepLimit);
        } finally {
            guest.settle();
        }
    }

    private Stop execute(long stepLimit) {
        while (hart.steps < stepLimit && recording.hasRoom(1)) {
            Stop stop = executeBlock(reader.read(hart.pc));
            if (stop != null) {
                return stop;
            }
        }
        return hart.steps >= stepLimit ? Stop.LIMIT : Stop.RECORDS_FULL;
    }

    /** Nothing was derived from code. */
    @Override
    public void invalidate(long address, long length) {}

    @Override
    public void forgetFuture() {
        guest.forgetFuture();
    }

    /** Returns why control is handed back within the block, or null after its end. */
    private @Nullable Stop executeBlock(GuestBlock block) {
        hart.openSteps = 0;
        hart.openTurns = 0;
        long next = block.pc();
        for (Instruction instruction : block.instructions()) {
            Stop stop = hart.pc == next ? execute(instruction) : null;
            if (stop != null) {
                return stop;
            }
            next += instruction.length(); // Elsewhere only what is wrong goes on within a block.
        }
        if (block.endsInFetchFault() && hart.pc == block.end()) {
            Stop stop = complete(null, guest.step(null));
            if (stop != null) {
                return stop;
            }
        }
        closeBlock();
        return null;
    }

    private void closeBlock() {
        hart.blocks++;
        if (recording.batch() != null) {
            recording.batch().add(hart.pc, hart.openDigest, hart.openSteps, hart.openTurns);
            hart.openDigest = 0;
        }
        hart.openSteps = 0;
        hart.openTurns = 0;
    }

    private @Nullable Stop execute(Instruction instruction) {
        if (instruction.op() == Op.ECALL) {
            guest.comeToEcall();
            return Stop.ECALL;
        }
        if (reads(instruction, Csr.TIME)) {
            hart.trapValue = instruction.rd();
            return Stop.TIME;
        }
        return complete(
                instruction,
                reads(instruction, Csr.CYCLE) || reads(instruction, Csr.INSTRET)
                        ? countOfSteps(instruction)
                        : guest.step(instruction));
    }

    private static boolean reads(Instruction instruction, Csr csr) {
        return instruction.op().kind() == Kind.CSR
                && instruction.imm() == csr.number()
                && !writesCsr(instruction);
    }

    /** Setting or clearing no bits, by x0 or by 0, is not a write (manual, "CSR Instructions"). */
    private static boolean writesCsr(Instruction instruction) {
        return switch (instruction.op()) {
            case CSRRW, CSRRWI -> true;
            default -> instruction.rs1() != 0;
        };
    }

    /** The counters are no clocks: all engines have them count steps. */
    private StepOutcome countOfSteps(Instruction instruction) {
        int rd = instruction.rd();
        List<Write> writes = rd == 0 ? List.of() : List.of(new Write(rd, hart.steps));
        long next = hart.pc + instruction.length();
        return new StepOutcome(next, null, writes, StepOutcome.SAME, null);
    }

    /** Does what was done. */
    private @Nullable Stop complete(@Nullable Instruction instruction, StepOutcome outcome) {
        long pc = hart.pc;
        for (Write write : outcome.writes()) {
            write(pc, write.slot(), write.value());
        }
        if (outcome.fcsr() != StepOutcome.SAME) {
            hart.fflags = outcome.fcsr() & FFLAGS_MASK;
            hart.frm = outcome.fcsr() >> FFLAGS_BITS;
        }
        if (outcome.trap() != null) {
            hart.trapCause = outcome.trap().cause();
            hart.trapValue = outcome.trap().value();
            return Stop.TRAP;
        }
        countSideEffects(pc, instruction, outcome);
        hart.pc = outcome.nextPc();
        hart.steps++;
        hart.openSteps++;
        return null;
    }

    private void write(long pc, int slot, long value) {
        if (slot >= RegisterMap.F) {
            hart.f[slot - RegisterMap.F] = value;
        } else if (slot != 0) {
            hart.x[slot] = value;
        }
        digest.addWrite(pc, slot, value);
    }

    private void countSideEffects(long pc, @Nullable Instruction instruction, StepOutcome outcome) {
        Store store = outcome.store();
        if (store != null) {
            guest.mirror(store);
            digest.addStore(pc, store.address(), store.width(), store.value());
        }
        if (instruction != null
                && instruction.op().kind() == Kind.CSR
                && Csr.isFloat((int) instruction.imm())
                && writesCsr(instruction)) {
            int csr = (int) instruction.imm();
            digest.addWrite(pc, Digest.CSR + csr, floatCsr(csr));
        }
        if (instruction == null || isTransfer(instruction, outcome.nextPc())) {
            boolean indirect = instruction == null || instruction.op().kind() == Kind.JUMP_REGISTER;
            hart.openTurns += digest.addTransfer(pc, outcome.nextPc(), indirect) ? 1 : 0;
        }
    }

    private long floatCsr(int csr) {
        if (csr == Csr.FFLAGS.number()) {
            return hart.fflags;
        }
        return csr == Csr.FRM.number() ? hart.frm : hart.frm << FFLAGS_BITS | hart.fflags;
    }

    private boolean isTransfer(Instruction instruction, long next) {
        return switch (instruction.op().kind()) {
            case JUMP, JUMP_REGISTER -> true;
            default -> next != hart.pc + instruction.length() || leadsNowhere(instruction);
        };
    }

    /**
     * Whether a branch to the next instruction was taken does not show, and counts all the same.
     */
    private boolean leadsNowhere(Instruction branch) {
        if (branch.op().kind() != Kind.BRANCH || branch.imm() != branch.length()) {
            return false;
        }
        long a = hart.x[branch.rs1()];
        long b = hart.x[branch.rs2()];
        return switch (branch.op()) {
            case BEQ -> a == b;
            case BNE -> a != b;
            case BLT -> a < b;
            case BGE -> a >= b;
            case BLTU -> Long.compareUnsigned(a, b) < 0;
            default -> Long.compareUnsigned(a, b) >= 0;
        };
    }
}
