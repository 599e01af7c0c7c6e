package dev.lockstep.recomp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.block.GuestBlock;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Executes a guest by compiling each of its blocks to JVM bytecode before its first execution.
 *
 * <p>Hot path: the loop of {@link #run} turns once per basic block.
 */
public final class Recompiler implements Executor {
    private static final int NEIGHBOURHOOD_BLOCKS = 8;

    private final Guest guest;
    private final Hart hart;
    private final CodeCache<CompiledBlock> cache;
    private final BlockReader reader;
    private final BlockCompiler compiler;
    private final Neighbourhood neighbourhood;
    private final Promotion promotion;
    private final boolean isRepeatable;
    private long executedBlocks;
    private long executedInRegions;

    /**
     * @param recording what is reported
     */
    public Recompiler(GuestMemory memory, BlockReader reader, Hart hart, Recording recording) {
        this(memory, reader, hart, recording, Tuning.of(Tuning.HOT_COUNT, CompileMode.ASYNC));
    }

    Recompiler(
            GuestMemory memory, BlockReader reader, Hart hart, Recording recording, Tuning tuning) {
        this(memory, reader, hart, recording, tuning, null);
    }

    /**
     * @param fault what regions are to do wrong, if anything
     */
    Recompiler(
            GuestMemory memory,
            BlockReader reader,
            Hart hart,
            Recording recording,
            Tuning tuning,
            @Nullable RegionFault fault) {
        this.hart = hart;
        this.reader = reader;
        guest = new Guest(hart, memory, recording, tuning.capacityRegions(), fault);
        cache = new CodeCache<>(tuning.capacityBlocks());
        compiler = new BlockCompiler(guest);
        neighbourhood = new Neighbourhood(reader, NEIGHBOURHOOD_BLOCKS);
        promotion = new Promotion(guest, cache, tuning);
        isRepeatable = tuning.mode() == CompileMode.SYNC;
        memory.addCodeListener(this::codeWritten);
    }

    @Override
    public Stop run(long stepLimit) {
        return run(stepLimit, Credit.MARGIN_STEPS);
    }

    @Override
    public Stop runPast(long stepLimit) {
        return run(stepLimit, 0);
    }

    private Stop run(long stepLimit, long margin) {
        if (hart.steps >= stepLimit) {
            return Stop.LIMIT;
        }
        if (!hasRoomForRecord()) {
            return Stop.RECORDS_FULL;
        }
        guest.isExecuting = true;
        Stop stop = run(current(), stepLimit, margin);
        guest.isExecuting = false;
        return stop;
    }

    /** Returns whether a block may be executed: each leaves a record in block and strict grain. */
    boolean hasRoomForRecord() {
        return guest.hasRoomForRecord();
    }

    /** Executes one block, by itself; there must be room for its record. */
    Stop runOnce(CompiledBlock block) {
        return run(block, hart.steps + 1, Credit.MARGIN_STEPS);
    }

    /**
     * Executes {@code first}, whatever the limit, and then on.
     *
     * @param margin steps before the limit from which on blocks are executed by themselves
     */
    private Stop run(CompiledBlock first, long stepLimit, long margin) {
        CompiledBlock block = first;
        while (true) {
            long granted = Credit.grant(stepLimit - hart.steps - margin);
            Region region = granted == 0 ? null : block.region();
            int exit = region == null ? execute(block) : execute(region, granted);
            if (exit > Exit.TAKEN || hart.steps >= stepLimit) {
                return stop(exit);
            }
            block = region == null ? follow(block, exit) : current();
        }
    }

    private int execute(CompiledBlock block) {
        if (promotion.isDue(block)) {
            promotion.promote(block);
        }
        executedBlocks++;
        return block.run();
    }

    private int execute(Region region, long granted) {
        guest.credit = Credit.of(granted);
        guest.granted = granted;
        long result = region.run(0);
        boolean interrupted = Interruption.isOne(result);
        if (interrupted) {
            guest.credit += Interruption.from(result).credit();
        }
        long blocks = Credit.blocksDone(guest.credit);
        hart.steps += Credit.stepsDone(guest.credit, granted);
        hart.blocks += blocks;
        executedInRegions += blocks;
        if (interrupted) {
            return finishBlock(Interruption.from(result));
        }
        if (Region.isSpecial(result)) {
            return Region.exit(result);
        }
        hart.pc = result;
        return Exit.TAKEN;
    }

    /**
     * Executes the rest of a block that a region gave up; by the block rule it ends as the block.
     */
    private int finishBlock(Interruption interruption) {
        promotion.interrupted(interruption.pc(), hart.steps);
        hart.pc = interruption.pc();
        int exit = execute(current());
        if (exit == Exit.TRAP) {
            hart.openSteps += interruption.steps();
        }
        return exit;
    }

    private CompiledBlock follow(CompiledBlock block, int exit) {
        CompiledBlock successor = block.successor(exit);
        if (successor != null && successor.isFor(hart.pc)) {
            return successor;
        }
        successor = current();
        block.link(exit, successor);
        return successor;
    }

    private static Stop stop(int exit) {
        return switch (exit) {
            case Exit.NEXT, Exit.TAKEN -> Stop.LIMIT;
            case Exit.RECORDS_FULL -> Stop.RECORDS_FULL;
            case Exit.ECALL -> Stop.ECALL;
            case Exit.TRAP -> Stop.TRAP;
            case Exit.TIME -> Stop.TIME;
            default -> throw new IllegalStateException("exit: " + exit + " (expected: 0 to 6)");
        };
    }

    /** Returns the block at {@code hart.pc}, compiled now if need be. */
    CompiledBlock current() {
        CompiledBlock known = cache.find(hart.pc);
        return known != null ? known : compile(hart.pc);
    }

    private CompiledBlock compile(long pc) {
        List<GuestBlock> blocks = neighbourhood.around(pc, cache::contains);
        List<CompiledBlock> group = compiler.compile(blocks);
        CompiledBlock first = group.getFirst();
        if (first.block().endsInFetchFault()) {
            // Nobody tells when the page that is missing appears: good for one execution.
            first.drop();
        } else {
            cache.add(group);
        }
        return first;
    }

    /** Returns the block compiled for a single execution that goes wrong. */
    CompiledBlock compileFaulty(CompiledBlock right, Fault fault, int faultyIndex) {
        CompiledBlock wrong = compiler.compile(right.block(), fault, faultyIndex);
        wrong.drop();
        return wrong;
    }

    private void codeWritten(long address, long length) {
        if (!guest.missesChange(address, wasExecuted(address))) {
            invalidate(address, length);
        }
    }

    /**
     * Who else executes this guest has its code watched, too; what counts is what was executed
     * here.
     */
    private boolean wasExecuted(long address) {
        return cache.onPage(address).stream().anyMatch(block -> block.heat() > 0);
    }

    @Override
    public void invalidate(long address, long length) {
        cache.invalidate(address, length);
        guest.regions.invalidate(address, length);
    }

    /**
     * {@inheritDoc} Where regions are compiled beside the guest, when they come into use is not to
     * be repeated: then the code stays that is there.
     */
    @Override
    public Runnable checkpoint() {
        Runnable fault = guest.faultCheckpoint();
        if (!isRepeatable) {
            return fault;
        }
        Runnable code = new CodeCheckpoint(guest, cache, reader, promotion);
        return () -> {
            code.run();
            fault.run();
        };
    }

    /** Returns what has been done so far. */
    public Counters counters() {
        return new Counters(
                compiler.compiledBlocks(),
                executedBlocks,
                cache.invalidated(),
                cache.evicted(),
                promotion.compiledRegions(),
                executedInRegions,
                guest.regions.invalidated(),
                guest.regions.evicted());
    }

    /**
     * Amounts since the start. Each executed block was compiled code, by itself or in a region;
     * there is no other way to execute one.
     *
     * @param executed blocks executed by themselves, one that was handed back included
     * @param executedInRegions blocks completed in regions
     */
    public record Counters(
            long compiled,
            long executed,
            long invalidated,
            long evicted,
            long compiledRegions,
            long executedInRegions,
            long invalidatedRegions,
            long evictedRegions) {}
}
