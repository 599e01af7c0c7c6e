package dev.lockstep.trace;

import dev.lockstep.isa.Csr;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.command.Abilities;
import dev.lockstep.riscv.command.EngineException;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.told.Branches;
import dev.lockstep.riscv.told.ToldStep;
import dev.lockstep.riscv.told.UntoldCause;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The log that Spike writes with {@code --log-commits}, from the program's entry on. Without {@code
 * -l} it says nothing of instructions that trapped: then one is where the guest should have gone on
 * and went to its handler instead.
 */
final class SpikeTrace implements Trace {
    /** Lines before the program's entry at most: Spike's own code takes five instructions. */
    private static final int LEAD_LINES = 1 << 16;

    private static final long MODE_BITS = 3;
    private static final int MPP_SHIFT = 11;
    private static final long FS = 3L << 13;
    private static final Abilities ABILITIES = Abilities.ofEffects(true);

    private final SpikeItems items;
    private final Hart hart;
    private final UntoldCause causes;
    private @Nullable SpikeItem ahead;

    /** Whether an instruction trapped of which there is no line; it is where the hart stands. */
    private boolean trapIsNext;

    // What decides where traps come from and go to.
    private long mtvec;
    private long mepc;
    private int mode = UntoldCause.MACHINE;
    private int previousMode;
    private boolean hasFloats = true;

    private SpikeTrace(SpikeItems items, Hart hart, GuestMemory memory, SpikeItem first) {
        this.items = items;
        this.hart = hart;
        causes = new UntoldCause(hart, memory);
        ahead = first;
    }

    /**
     * Comes to the entry of a program.
     *
     * @throws EngineException if the log does not, or was written of another program
     */
    static SpikeTrace begin(TraceText text, ElfFile program, GuestMemory memory, Hart hart) {
        SpikeItems items = new SpikeItems(text);
        SpikeItem item = items.next();
        while (item != null && item.pc() != program.entry() && text.number() < LEAD_LINES) {
            item = items.next();
        }
        if (item == null || item.pc() != program.entry()) {
            throw new EngineException(
                    "%s: no instruction at 0x%x in %d lines (expected: there, where the program begins)"
                            .formatted(text.file(), program.entry(), text.number()));
        }
        return new SpikeTrace(items, hart, memory, item);
    }

    @Override
    public Abilities abilities() {
        return ABILITIES;
    }

    @Override
    public ToldStep next() {
        SpikeItem now = ahead;
        if (now == null) {
            throw new EngineException("the trace was told to its end already");
        }
        if (trapIsNext) {
            trapIsNext = false;
            int cause = causes.of(hart.pc, mode, hasFloats);
            return trapped(hart.pc, causes.encoding(hart.pc), cause, now.pc());
        }
        ahead = items.next();
        return now.trapped() ? trapped(now) : completed(now);
    }

    private ToldStep trapped(SpikeItem now) {
        long handler = ahead == null ? handler() : ahead.pc();
        ToldStep step = trapped(now.pc(), now.instruction(), now.cause(), handler);
        return ahead == null ? step.asLast(ToldStep.UNTOLD) : step;
    }

    private ToldStep trapped(long pc, int instruction, int cause, long handler) {
        mepc = pc;
        previousMode = mode;
        mode = UntoldCause.MACHINE;
        return new ToldStep(pc, instruction, cause, List.of(), handler, null);
    }

    private ToldStep completed(SpikeItem now) {
        Instruction in = Decoder.decode(now.instruction());
        long expected = expectedAfter(now.pc(), in);
        note(now, in);
        trapIsNext = isTrapNext(expected);
        long nextPc = ahead == null || trapIsNext ? expected : ahead.pc();
        ToldStep step =
                new ToldStep(
                        now.pc(), now.instruction(), ToldStep.NO_TRAP, now.changes(), nextPc, null);
        return ahead == null ? step.asLast(ToldStep.UNTOLD) : step;
    }

    private boolean isTrapNext(long expected) {
        return ahead != null
                && !ahead.trapped()
                && !items.tellTraps()
                && ahead.pc() != expected
                && ahead.pc() == handler();
    }

    /** Returns where the guest goes on, by its registers. */
    private long expectedAfter(long pc, Instruction in) {
        return switch (in.op().kind()) {
            case JUMP -> pc + in.imm();
            case JUMP_REGISTER -> (hart.x[in.rs1()] + in.imm()) & -Short.BYTES;
            case BRANCH -> pc + (Branches.isTaken(in, hart.x) ? in.imm() : in.length());
            default -> in.op() == Op.MRET ? mepc : pc + in.length();
        };
    }

    private void note(SpikeItem now, Instruction in) {
        mode = in.op() == Op.MRET ? previousMode : now.privilege();
        mtvec = now.csr(Csr.MTVEC, mtvec);
        mepc = now.csr(Csr.MEPC, mepc);
        long status = now.csr(Csr.MSTATUS, (long) previousMode << MPP_SHIFT | (hasFloats ? FS : 0));
        hasFloats = (status & FS) != 0;
        previousMode = (int) (status >>> MPP_SHIFT & MODE_BITS);
    }

    private long handler() {
        return mtvec & ~MODE_BITS;
    }

    @Override
    public Runnable checkpoint() {
        Runnable reader = items.checkpoint();
        SpikeItem item = ahead;
        boolean trap = trapIsNext;
        long vector = mtvec;
        long epc = mepc;
        int present = mode;
        int previous = previousMode;
        boolean floats = hasFloats;
        return () -> {
            reader.run();
            ahead = item;
            trapIsNext = trap;
            mtvec = vector;
            mepc = epc;
            mode = present;
            previousMode = previous;
            hasFloats = floats;
        };
    }
}
