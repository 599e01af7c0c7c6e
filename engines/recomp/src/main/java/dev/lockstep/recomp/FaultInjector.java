package dev.lockstep.recomp;

import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;

import java.util.List;
import java.util.function.LongFunction;

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
    private final FaultProgress progress;

    FaultInjector(Recompiler recompiler, Hart hart, Fault fault, FaultProgress progress) {
        this.recompiler = recompiler;
        this.hart = hart;
        this.fault = fault;
        this.progress = progress;
    }

    /**
     * {@inheritDoc}
     *
     * @throws FaultException if the fault cannot be done to the instruction found at its place
     */
    @Override
    public Stop run(long stepLimit) {
        return run(stepLimit, recompiler::run);
    }

    @Override
    public Stop runPast(long stepLimit) {
        return run(stepLimit, recompiler::runPast);
    }

    private Stop run(long stepLimit, LongFunction<Stop> onward) {
        // An ecall may have closed the last record there was room for.
        Stop stop = recompiler.hasRoomForRecord() ? Stop.LIMIT : Stop.RECORDS_FULL;
        while (!progress.isOver() && stop == Stop.LIMIT && hart.steps < stepLimit) {
            stop =
                    switch (fault.place()) {
                        case FaultPlace.AtStep(long step) -> approach(step, stepLimit, onward);
                        case FaultPlace.AtPc(long pc, long occurrence) -> watch(pc, occurrence);
                    };
        }
        return stop == Stop.LIMIT ? onward.apply(stepLimit) : stop;
    }

    private Stop approach(long step, long stepLimit, LongFunction<Stop> onward) {
        long near = step - MAX_BLOCK_STEPS;
        if (hart.steps < Math.min(stepLimit, near)) {
            return stepLimit <= near ? onward.apply(stepLimit) : recompiler.run(near);
        }
        long distance = step - hart.steps;
        if (distance < 0) {
            return onward.apply(stepLimit);
        }
        CompiledBlock block = recompiler.current();
        return distance < block.block().instructions().size()
                ? runWrongly(block, (int) distance)
                : recompiler.runOnce(block);
    }

    private Stop watch(long pc, long occurrence) {
        CompiledBlock block = recompiler.current();
        int index = indexOf(pc, block);
        if (index != NONE && progress.occurrences() + 1 == occurrence) {
            return runWrongly(block, index);
        }
        Stop stop = recompiler.runOnce(block);
        if (index != NONE && hasCompleted(index, stop)) {
            progress.count();
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
            progress.settle();
            throw new FaultException(
                    "fault " + fault + ": does not apply to step " + step + ", " + place);
        }
        Stop stop = recompiler.runOnce(recompiler.compileFaulty(block, fault, index));
        if (hasCompleted(index, stop)) {
            progress.done(fault, step, place);
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
    public Runnable checkpoint() {
        Runnable code = recompiler.checkpoint();
        Runnable way = progress.checkpoint();
        return () -> {
            code.run();
            way.run();
        };
    }

    @Override
    public void invalidate(long address, long length) {
        recompiler.invalidate(address, length);
    }
}
