package dev.lockstep.recomp;

import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;

import java.util.List;
import java.util.function.Consumer;

/**
 * A recompiler that goes wrong once. The block concerned is compiled anew for the one execution;
 * before and after it the code is what it always is.
 */
final class FaultInjector implements Executor {
    /** A block has at most one instruction for every two bytes between two boundaries. */
    private static final long MAX_BLOCK_STEPS = BlockReader.BOUNDARY_BYTES / Short.BYTES;

    private static final int NONE = -1;

    private final Recompiler recompiler;
    private final Hart hart;
    private final Fault fault;
    private final Consumer<String> log;
    private boolean over;
    private long occurrences;

    /**
     * @param log is told once, what was done and where
     */
    FaultInjector(Recompiler recompiler, Hart hart, Fault fault, Consumer<String> log) {
        this.recompiler = recompiler;
        this.hart = hart;
        this.fault = fault;
        this.log = log;
    }

    /** Returns whether the place was reached, and so nothing more will go wrong. */
    boolean isOver() {
        return over;
    }

    /**
     * {@inheritDoc}
     *
     * @throws FaultException if the fault cannot be done to the instruction found at its place
     */
    @Override
    public Stop run(long stepLimit) {
        Stop stop = Stop.LIMIT;
        while (!over && stop == Stop.LIMIT && hart.steps < stepLimit) {
            stop =
                    switch (fault.place()) {
                        case FaultPlace.AtStep(long step) -> approach(step, stepLimit);
                        case FaultPlace.AtPc(long pc, long occurrence) -> watch(pc, occurrence);
                    };
        }
        return stop == Stop.LIMIT ? recompiler.run(stepLimit) : stop;
    }

    private Stop approach(long step, long stepLimit) {
        long near = Math.min(stepLimit, step - MAX_BLOCK_STEPS);
        if (hart.steps < near) {
            return recompiler.run(near);
        }
        long distance = step - hart.steps;
        if (distance < 0) {
            return recompiler.run(stepLimit);
        }
        CompiledBlock block = recompiler.current();
        return distance < block.block().instructions().size()
                ? runWrongly(block, (int) distance)
                : recompiler.runOnce(block);
    }

    private Stop watch(long pc, long occurrence) {
        CompiledBlock block = recompiler.current();
        int index = indexOf(pc, block);
        if (index != NONE && occurrences + 1 == occurrence) {
            return runWrongly(block, index);
        }
        Stop stop = recompiler.runOnce(block);
        if (index != NONE && hasCompleted(index, stop)) {
            occurrences++;
        }
        return stop;
    }

    private static int indexOf(long pc, CompiledBlock block) {
        List<Instruction> instructions = block.block().instructions();
        long address = block.block().pc();
        for (int index = 0; index < instructions.size(); index++) {
            if (address == pc) {
                return index;
            }
            address += instructions.get(index).length();
        }
        return NONE;
    }

    private Stop runWrongly(CompiledBlock block, int index) {
        Instruction instruction = block.block().instructions().get(index);
        long step = hart.steps + index;
        String place = describe(block, index);
        if (!fault.kind().appliesTo(instruction)) {
            over = true;
            throw new FaultException(
                    "fault " + fault + ": does not apply to step " + step + ", " + place);
        }
        Stop stop = recompiler.runOnce(recompiler.compileFaulty(block, fault, index));
        over = hasCompleted(index, stop);
        if (over) {
            log.accept("fault " + fault + ": done at step " + step + ", " + place);
        }
        return stop;
    }

    private static String describe(CompiledBlock block, int index) {
        List<Instruction> before = block.block().instructions().subList(0, index);
        long pc = block.block().pc() + before.stream().mapToLong(Instruction::length).sum();
        String text = Disassembler.text(block.block().instructions().get(index), pc);
        return "pc 0x" + Long.toHexString(pc) + ": " + text;
    }

    /** Returns whether an instruction of the block just executed got to its end. */
    private boolean hasCompleted(int index, Stop stop) {
        boolean handedBack = stop == Stop.TRAP || stop == Stop.ECALL || stop == Stop.TIME;
        return !handedBack || index < hart.openSteps;
    }

    @Override
    public void invalidate(long address, long length) {
        recompiler.invalidate(address, length);
    }
}
