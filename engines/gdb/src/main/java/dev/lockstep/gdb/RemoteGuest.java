package dev.lockstep.gdb;

import dev.lockstep.gdb.StepOutcome.Store;
import dev.lockstep.gdb.StepOutcome.Trap;
import dev.lockstep.gdb.StepOutcome.Write;
import dev.lockstep.gdb.StopReply.Ended;
import dev.lockstep.gdb.StopReply.Stopped;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The guest as the stub executes it. Between two instructions it is what our hart and memory are:
 * what they have otherwise is brought there before the next one, and what the instruction did is
 * told, for our side to do the same.
 */
final class RemoteGuest {
    private static final int EXIT = 93;
    private static final int EXIT_GROUP = 94;

    private final GdbStub stub;
    private final Hart hart;
    private final RemoteRegisters registers;
    private final RemoteMemory memory;
    private final TrapReader traps;
    private final StepLog log = new StepLog();

    /**
     * @param stub its program waits before its first instruction
     * @param memory the image of that program, which is made equal there
     * @throws StubException if the program is another, or has run
     */
    RemoteGuest(GdbStub stub, GuestMemory memory, Hart hart) {
        this.stub = stub;
        this.hart = hart;
        registers = new RemoteRegisters(stub);
        this.memory = new RemoteMemory(stub, registers, memory);
        traps = new TrapReader(memory);
        checkPc();
        this.memory.adopt();
    }

    private void checkPc() {
        if (registers.pc() != hart.pc) {
            throw new StubException(
                    ("the stub's program is at 0x%x (expected: at 0x%x, its first instruction;"
                                    + " start PROGRAM anew behind its stub)")
                            .formatted(registers.pc(), hart.pc));
        }
    }

    /**
     * Has the stub execute the instruction at the hart's pc, unless it has done so before, and
     * returns what that did. Changes neither hart nor memory.
     *
     * @param instruction what is there; null if it cannot be fetched
     * @throws StubException if the stub is gone
     */
    StepOutcome step(@Nullable Instruction instruction) {
        if (log.covers(hart.steps)) {
            return log.get(hart.steps);
        }
        if (memory.isBehind()) {
            memory.bring();
        }
        registers.bringTo(hart);
        StepOutcome outcome = execute(instruction);
        log.add(hart.steps, outcome);
        return outcome;
    }

    /**
     * The guest is about to make a system call. If it is its last, what it leaves is taken from the
     * stub as it is there: so what no instruction should have changed shows in the last digests.
     */
    void comeToEcall() {
        long number = hart.x[RemoteCalls.NUMBER_REGISTER];
        boolean isLast = number == EXIT || number == EXIT_GROUP;
        if (isLast && !log.covers(hart.steps)) {
            memory.takeContents();
            registers.takeFloats(hart);
        }
    }

    /** Has our memory hold what an instruction has stored in the stub's. */
    void mirror(Store store) {
        memory.mirror(store.address(), store.bytes());
    }

    /** Nothing is executed for a while. */
    void settle() {
        stub.settle();
    }

    /** Forgets what was executed from the hart's step on. */
    void forgetFuture() {
        log.forgetFrom(hart.steps);
    }

    private StepOutcome execute(@Nullable Instruction instruction) {
        Access access = instruction == null ? null : Access.of(instruction, hart);
        byte[] before = contentBefore(access);
        int signal = signal();
        registers.load();
        Trap trap = traps.read(signal, access, hart.pc, registers.pc());
        if (access == null || trap != null) {
            long next = trap == null ? registers.pc() : hart.pc;
            return new StepOutcome(next, trap, changes(-1), StepOutcome.SAME, null);
        }
        return new StepOutcome(
                registers.pc(), null, writes(access), fcsr(access), store(access, before));
    }

    private int signal() {
        return switch (stub.step()) {
            case Stopped(int signal) -> signal;
            case Ended(String how) ->
                    throw new StubException(
                            "the stub's program %s at 0x%x, in step %d"
                                    .formatted(how, hart.pc, hart.steps));
        };
    }

    /** Returns the registers that an instruction writes, and what else has changed. */
    private List<Write> writes(Access access) {
        Instruction done = access.instruction();
        int rd = done.rd();
        if (done.op().writesF() && registers.hasFloats()) {
            if (!registers.floatsAreGeneral()) {
                registers.loadFloat(rd);
            }
            return changes(RegisterMap.F + rd);
        }
        return changes(done.op().writesX() && rd != 0 ? rd : -1);
    }

    /**
     * Returns the registers that have changed, and one whether or not it has.
     *
     * @param written slot of that one; -1 for none
     */
    private List<Write> changes(int written) {
        List<Write> changes = new ArrayList<>();
        for (int i = 0; i < RegisterMap.FILE; i++) {
            if (i == written || registers.x(i) != hart.x[i]) {
                changes.add(new Write(i, registers.x(i)));
            }
        }
        for (int i = 0; registers.hasFloats() && i < RegisterMap.FILE; i++) {
            if (RegisterMap.F + i == written || registers.f(i) != hart.f[i]) {
                changes.add(new Write(RegisterMap.F + i, registers.f(i)));
            }
        }
        return changes;
    }

    private int fcsr(Access access) {
        if (!access.touchesFcsr() || !registers.hasFloats()) {
            return StepOutcome.SAME;
        }
        registers.loadFcsr();
        return registers.fcsr();
    }

    /** Whether a conditional store without a result was done shows in memory alone. */
    private byte[] contentBefore(@Nullable Access access) {
        return access != null && access.isConditional() && access.instruction().rd() == 0
                ? content(access)
                : new byte[0];
    }

    private @Nullable Store store(Access access, byte[] before) {
        if (!access.mayStore()) {
            return null;
        }
        int rd = access.instruction().rd();
        if (access.isConditional() && rd != 0 && registers.x(rd) != 0) {
            return null;
        }
        byte[] now = content(access);
        boolean isDone = !access.isConditional() || rd != 0 || !Arrays.equals(before, now);
        return isDone ? Store.of(access.address(), now) : null;
    }

    private byte[] content(Access access) {
        return memory.read(access.address(), access.width())
                .orElseGet(() -> new byte[access.width()]);
    }
}
