package dev.lockstep.recomp;

import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.block.GuestBlock;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.RecordBatch;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Executes a guest by compiling each of its blocks to JVM bytecode before its first execution.
 *
 * <p>Hot path: the loop of {@link #run} turns once per basic block.
 */
public final class Recompiler implements Executor {
    /** Blocks kept at most, five times as many as a short glibc program executes. */
    static final int DEFAULT_CAPACITY_BLOCKS = 16_384;

    private static final int NEIGHBOURHOOD_BLOCKS = 8;

    private final Guest guest;
    private final Hart hart;
    private final CodeCache cache;
    private final BlockCompiler compiler;
    private final Neighbourhood neighbourhood;
    private long executedBlocks;

    /**
     * @param records where a record goes for each block, or null in a free run
     */
    public Recompiler(
            GuestMemory memory, BlockReader reader, Hart hart, @Nullable RecordBatch records) {
        this(memory, reader, hart, records, DEFAULT_CAPACITY_BLOCKS);
    }

    Recompiler(
            GuestMemory memory,
            BlockReader reader,
            Hart hart,
            @Nullable RecordBatch records,
            int capacityBlocks) {
        this.hart = hart;
        guest = new Guest(hart, memory, records);
        cache = new CodeCache(capacityBlocks);
        compiler = new BlockCompiler(guest);
        neighbourhood = new Neighbourhood(reader, NEIGHBOURHOOD_BLOCKS);
        memory.setCodeListener(cache::invalidate);
    }

    @Override
    public Stop run(long stepLimit) {
        if (hart.steps >= stepLimit) {
            return Stop.LIMIT;
        }
        if (!guest.hasRoomForRecord()) {
            return Stop.RECORDS_FULL;
        }
        return run(current(), stepLimit);
    }

    /** Executes {@code first}, whatever the limit, and then on. */
    Stop run(CompiledBlock first, long stepLimit) {
        long executed = 0;
        CompiledBlock block = first;
        while (true) {
            int exit = block.run();
            executed++;
            if (exit > Exit.TAKEN || hart.steps >= stepLimit) {
                executedBlocks += executed;
                return stop(exit);
            }
            block = follow(block, exit);
        }
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
            default -> throw new IllegalStateException("exit: " + exit + " (expected: 0 to 5)");
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

    @Override
    public void invalidate(long address, long length) {
        cache.invalidate(address, length);
    }

    /** Returns what has been done so far. */
    public Counters counters() {
        return new Counters(
                compiler.compiledBlocks(),
                executedBlocks,
                cache.invalidatedBlocks(),
                cache.evictedBlocks());
    }

    /**
     * Amounts since the start, in blocks. Each executed block was compiled code; there is no other
     * way to execute one.
     */
    public record Counters(long compiled, long executed, long invalidated, long evicted) {}
}
