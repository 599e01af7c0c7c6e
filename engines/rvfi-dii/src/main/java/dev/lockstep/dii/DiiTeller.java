package dev.lockstep.dii;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;
import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.told.Teller;
import dev.lockstep.riscv.told.ToldStep;
import dev.lockstep.riscv.told.ToldStep.Change;
import dev.lockstep.riscv.told.UntoldCause;

import java.util.ArrayList;
import java.util.List;

/** Has the program's next instruction executed, and tells what came of it. */
final class DiiTeller implements Teller {
    private final DiiConnection connection;
    private final Hart hart;
    private final GuestMemory memory;
    private final UntoldCause causes;

    DiiTeller(DiiConnection connection, GuestMemory memory, Hart hart) {
        this.connection = connection;
        this.hart = hart;
        this.memory = memory;
        causes = new UntoldCause(hart, memory);
    }

    /** Of CSRs and causes, version 1 says nothing. */
    @Override
    public boolean tellsMachine() {
        return false;
    }

    @Override
    public ToldStep next() {
        long pc = hart.pc;
        if (memory.permissions(pc).isEmpty()) {
            throw new EngineException(
                    "step %d: the guest goes to 0x%x, where there is no code to inject"
                            .formatted(hart.steps, pc));
        }
        int encoding = causes.encoding(pc);
        Instruction in = Decoder.decode(encoding);
        checkRegisters(in, pc);
        RvfiRecord done = connection.inject(encoding);
        if (done.pc() != pc) {
            throw connection.wrong(
                    "executed an instruction at 0x%x (expected: 0x%x, where it went)"
                            .formatted(done.pc(), pc));
        }
        boolean trapped = done.trapped() || in.op() == Op.ECALL || in.op() == Op.EBREAK;
        return trapped ? trapped(done, encoding) : completed(done, encoding);
    }

    private void checkRegisters(Instruction in, long pc) {
        if (in.needsFloats()) {
            throw new EngineException(
                    "step %d, 0x%x: %s (expected: no floating point, for version 1 of RVFI-DII does not tell its registers)"
                            .formatted(hart.steps, pc, in.op().mnemonic()));
        }
    }

    private ToldStep trapped(RvfiRecord done, int encoding) {
        int cause = causes.of(done.pc(), UntoldCause.MACHINE, hart.hasFloats);
        return new ToldStep(done.pc(), encoding, cause, List.of(), done.nextPc(), null);
    }

    private ToldStep completed(RvfiRecord done, int encoding) {
        List<Change> changes = new ArrayList<>(1);
        if (done.rd() != 0) {
            changes.add(new Change(register(done.rd()), done.rdValue(), 0));
        }
        if (done.writeMask() != 0) {
            changes.add(store(done));
        }
        return new ToldStep(done.pc(), encoding, ToldStep.NO_TRAP, changes, done.nextPc(), null);
    }

    private int register(int number) {
        if (number >= Integer.SIZE) {
            throw connection.wrong(
                    "says it wrote register %d (expected: 0 to 31)".formatted(number));
        }
        return Digest.X + number;
    }

    /** The bytes may be told as part of an aligned word. */
    private Change store(RvfiRecord done) {
        int skipped = Integer.numberOfTrailingZeros(done.writeMask());
        int width = Integer.bitCount(done.writeMask());
        boolean isStore =
                Integer.bitCount(width) == 1 && done.writeMask() >>> skipped == (1 << width) - 1;
        if (!isStore) {
            throw connection.wrong(
                    "says it wrote bytes 0x%x of a word (expected: 1, 2, 4 or 8 that follow each other)"
                            .formatted(done.writeMask()));
        }
        int unused = Long.SIZE - width * Byte.SIZE;
        long value = done.written() >>> (skipped * Byte.SIZE) << unused >>> unused;
        return new Change(Digest.storeSlot(width), value, done.memoryAddress() + skipped);
    }

    /** What was injected cannot be taken back. */
    @Override
    public Runnable checkpoint() {
        return () -> {
            throw new IllegalStateException("an implementation behind RVFI-DII cannot go back");
        };
    }
}
