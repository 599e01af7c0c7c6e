package dev.lockstep.riscv.told;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

/**
 * Repeats what is told of each instruction, in blocks by the block rule, and leaves to the machine
 * what our engines leave to theirs.
 */
final class ToldExecutor implements Executor {
    private final ToldGuest guest;
    private final Hart hart;
    private final BlockReader rule;
    private final Recording recording;

    /** Of the block that the hart is in. */
    private long blockPc;

    ToldExecutor(ToldGuest guest, BlockReader rule, Recording recording) {
        this.guest = guest;
        this.rule = rule;
        this.recording = recording;
        hart = guest.hart();
    }

    @Override
    public Stop run(long stepLimit) {
        Stop stop = null;
        while (stop == null && hart.steps < stepLimit) {
            stop = recording.hasRoom(1) ? block() : Stop.RECORDS_FULL;
        }
        return stop == null ? Stop.LIMIT : stop;
    }

    /** Comes to the next block end; returns why it did not. */
    private @Nullable Stop block() {
        blockPc = hart.pc;
        boolean open = true;
        while (open) {
            ToldStep step = guest.next();
            Instruction in = ToldGuest.decode(step);
            Stop stop = handBack(step, in);
            if (stop != null) {
                guest.leave(step);
                return stop;
            }
            open = complete(step, in);
        }
        closeBlock();
        return null;
    }

    /** Repeats an instruction; returns whether the block goes on. */
    private boolean complete(ToldStep step, Instruction in) {
        long behind = step.pc() + in.length();
        guest.transfer(step, in);
        guest.write(step, in);
        hart.steps++;
        hart.openSteps++;
        hart.pc = step.nextPc();
        return hart.pc == behind && !rule.endsAfter(blockPc, hart.openSteps, in, behind);
    }

    private void closeBlock() {
        hart.blocks++;
        RecordBatch batch = recording.batch();
        if (batch != null) {
            batch.add(hart.pc, hart.openDigest, hart.openSteps, hart.openTurns);
            hart.openDigest = 0;
        }
        hart.openSteps = 0;
        hart.openTurns = 0;
    }

    /** Returns how an engine would hand an instruction back; null if it would complete it. */
    private @Nullable Stop handBack(ToldStep step, Instruction in) {
        if (step.trapped()) {
            return stopOf(step.cause());
        }
        if (step.exit() != null) {
            return Stop.ECALL;
        }
        return switch (in.op()) {
            case ECALL -> Stop.ECALL;
            case MRET, WFI -> trap(TrapCause.ILLEGAL_INSTRUCTION);
            case CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI -> csr((int) in.imm());
            default -> storesToHost(step, in) ? trap(TrapCause.STORE_PAGE_FAULT) : null;
        };
    }

    private Stop stopOf(int cause) {
        return switch (cause) {
            case TrapCause.ECALL_FROM_U, TrapCause.ECALL_FROM_M -> Stop.ECALL;
            case TrapCause.INSTRUCTION_ACCESS_FAULT -> trap(TrapCause.INSTRUCTION_PAGE_FAULT);
            case TrapCause.LOAD_ACCESS_FAULT -> trap(TrapCause.LOAD_PAGE_FAULT);
            case TrapCause.STORE_ACCESS_FAULT -> trap(TrapCause.STORE_PAGE_FAULT);
            default -> trap(cause);
        };
    }

    private Stop trap(int cause) {
        hart.trapCause = cause;
        hart.trapValue = 0;
        return Stop.TRAP;
    }

    private @Nullable Stop csr(int number) {
        if (number == Csr.TIME.number()) {
            return Stop.TIME;
        }
        boolean isUsers =
                Csr.isFloat(number)
                        || number == Csr.CYCLE.number()
                        || number == Csr.INSTRET.number();
        return isUsers ? null : trap(TrapCause.ILLEGAL_INSTRUCTION);
    }

    private boolean storesToHost(ToldStep step, Instruction in) {
        return in.op().kind() == Kind.STORE
                && step.changes().stream()
                        .anyMatch(change ->
                                change.address() != 0 && guest.isUnwritable(change.address()));
    }

    @Override
    public boolean repeatsSlowly() {
        return true;
    }

    @Override
    public void invalidate(long address, long length) {}

    @Override
    public Runnable checkpoint() {
        return guest.teller().checkpoint();
    }
}
