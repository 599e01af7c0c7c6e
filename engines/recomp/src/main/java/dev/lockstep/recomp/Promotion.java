package dev.lockstep.recomp;

import dev.lockstep.riscv.Rewindable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Decides which blocks begin regions, has these compiled and puts them to use. Confined to the
 * engine's thread; only the compiler itself may work in another.
 */
final class Promotion implements Rewindable {
    /** Regions that wait for the compiler at most; beyond it blocks have to stay hot for longer. */
    private static final int MAX_WAITING = 32;

    /**
     * In so many steps one interruption is forgotten. Each checkpoint makes the first store to each
     * page an interruption again, which are never few in a long run; but so seldom they cost less
     * than what would be done about them.
     */
    private static final int FORGETTING_STEPS = 10_000;

    /** Instructions whose interruptions are counted at most; beyond it counting starts anew. */
    private static final int MAX_COUNTED = 4_096;

    /**
     * Interruptions at one instruction that are not forgotten yet.
     *
     * @param step of the last one
     */
    private record Tally(long count, long step) {
        private static final Tally NONE = new Tally(0, 0);

        private Tally after(long nextStep) {
            long forgotten = Math.max(0, nextStep - step) / FORGETTING_STEPS;
            return new Tally(Math.max(0, count - forgotten) + 1, nextStep);
        }
    }

    private record Order(List<RegionNode> nodes, CompletableFuture<Region> region) {
        private long pc() {
            return nodes.getFirst().block().pc();
        }
    }

    private final Guest guest;
    private final CodeCache<CompiledBlock> blocks;
    private final RegionPlanner planner;
    private final RegionCompiler compiler;
    private final Executor thread;
    private final int hotMask;
    private final int patience;
    private final Queue<Order> waiting = new ArrayDeque<>();
    private final Map<Long, Tally> interruptions = new HashMap<>();
    private Care care = Care.NONE;
    private long compiledRegions;

    Promotion(Guest guest, CodeCache<CompiledBlock> blocks, Tuning tuning) {
        this.guest = guest;
        this.blocks = blocks;
        planner = new RegionPlanner(blocks);
        compiler = new RegionCompiler(guest);
        thread =
                switch (tuning.mode()) {
                    case SYNC -> Runnable::run;
                    case ASYNC -> compilerThread();
                };
        hotMask = tuning.hotCount() - 1;
        patience = tuning.patience();
    }

    /** Returns what begins one thread when there is work, and lets it end when there is none. */
    private static Executor compilerThread() {
        var pool =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread made = new Thread(task, "region compiler");
                            made.setDaemon(true);
                            return made;
                        });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Counts an execution of the block, and returns whether {@link #promote} has work to do. */
    boolean isDue(CompiledBlock block) {
        return (block.warm() & hotMask) == 0 || isDone(waiting.peek());
    }

    private static boolean isDone(@Nullable Order order) {
        return order != null && order.region().isDone();
    }

    /** Puts finished regions to use, and has one made for the block if it is hot. */
    void promote(CompiledBlock block) {
        finish();
        boolean hot = (block.heat() & hotMask) == 0;
        if (hot && block.isFor(block.block().pc()) && RegionPlanner.isFit(block.block())) {
            Region known = guest.regions.find(block.pc);
            if (known != null) {
                block.setRegion(known);
            } else if (waiting.size() < MAX_WAITING && !isOrdered(block.pc)) {
                order(block);
                finish();
            }
        }
    }

    private boolean isOrdered(long pc) {
        return waiting.stream().anyMatch(order -> order.pc() == pc);
    }

    private void order(CompiledBlock block) {
        List<RegionNode> nodes = planner.plan(block);
        Care known = care;
        waiting.add(
                new Order(
                        nodes,
                        CompletableFuture.supplyAsync(
                                () -> compiler.compile(nodes, known), thread)));
    }

    private void finish() {
        while (isDone(waiting.peek())) {
            Order order = waiting.remove();
            compiledRegions++;
            if (isCurrent(order)) {
                install(order);
            }
        }
    }

    /** Returns whether no block has been dropped since the region was planned. */
    private boolean isCurrent(Order order) {
        return order.nodes().stream()
                .map(RegionNode::block)
                .allMatch(block -> {
                    CompiledBlock present = blocks.find(block.pc());
                    return present != null && present.block().equals(block);
                });
    }

    private void install(Order order) {
        Region region = result(order);
        region.place(order.nodes().stream().map(RegionNode::block).toList());
        guest.regions.add(List.of(region));
        CompiledBlock first = blocks.find(order.pc());
        if (first != null) {
            first.setRegion(region);
        }
    }

    private static Region result(Order order) {
        try {
            return order.region().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof FaultException fault) {
                throw fault;
            }
            throw e;
        }
    }

    /**
     * Notes that a region was given up before an instruction. Where that happens often, the regions
     * of its page are made anew.
     *
     * @param step of the instruction
     */
    void interrupted(long pc, long step) {
        if (interruptions.size() >= MAX_COUNTED) {
            interruptions.clear();
        }
        Tally tally = interruptions.getOrDefault(pc, Tally.NONE).after(step);
        interruptions.put(pc, tally);
        if (tally.count() >= patience) {
            interruptions.remove(pc);
            care = care.after(pc);
            guest.regions.invalidate(pc, 1);
        }
    }

    /** Keeps what was learned; the blocks' heat is not kept here. */
    @Override
    public Runnable checkpoint() {
        Care known = care;
        Map<Long, Tally> tallies = Map.copyOf(interruptions);
        return () -> {
            care = known;
            interruptions.clear();
            interruptions.putAll(tallies);
        };
    }

    long compiledRegions() {
        return compiledRegions;
    }
}
