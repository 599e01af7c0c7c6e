package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Chooses the blocks that make a region: from a hot block on along direct transfers, the hottest
 * first, as far as they have been executed and the region does not become too large.
 */
final class RegionPlanner {
    /** Largest region: HotSpot's first compiler runs out of registers in much larger ones. */
    static final int MAX_INSTRUCTIONS = 96;

    /** A block is left out that was executed less often than the first by this factor. */
    private static final int RARE = 64;

    private static final Comparator<CompiledBlock> HOTTEST_FIRST =
            Comparator.comparingInt(CompiledBlock::heat)
                    .reversed()
                    .thenComparingLong(block -> block.pc);

    private final CodeCache<CompiledBlock> blocks;

    RegionPlanner(CodeCache<CompiledBlock> blocks) {
        this.blocks = blocks;
    }

    /** Returns whether the block may be part of a region; else it is always executed by itself. */
    static boolean isFit(GuestBlock block) {
        return !block.endsInFetchFault()
                && block.instructions().stream().allMatch(RegionPlanner::isFit);
    }

    private static boolean isFit(Instruction instruction) {
        return switch (instruction.op().kind()) {
            case CSR, SYSTEM, ILLEGAL -> false;
            case ALU, LOAD, STORE, LR, SC, AMO, FLOAT, BRANCH, JUMP, JUMP_REGISTER, FENCE -> true;
        };
    }

    /** Returns the nodes of the region that begins at {@code first}, which comes first. */
    List<RegionNode> plan(CompiledBlock first) {
        Map<Long, RegionNode> chosen = choose(first);
        for (RegionNode node : chosen.values()) {
            for (long successor : Neighbourhood.successorsInside(node)) {
                RegionNode target = chosen.get(successor);
                if (target != null) {
                    node.connect(target);
                }
            }
        }
        return order(chosen.values().iterator().next());
    }

    private SequencedMap<Long, RegionNode> choose(CompiledBlock first) {
        SequencedMap<Long, RegionNode> chosen = new LinkedHashMap<>();
        Queue<CompiledBlock> open = new PriorityQueue<>(HOTTEST_FIRST);
        open.add(first);
        Set<Long> seen = new HashSet<>(Set.of(first.pc));
        int instructions = 0;
        while (!open.isEmpty()) {
            CompiledBlock block = open.remove();
            int length = block.block().instructions().size();
            if (instructions + length > MAX_INSTRUCTIONS) {
                continue;
            }
            instructions += length;
            RegionNode node = new RegionNode(block.block());
            chosen.put(block.pc, node);
            for (long successor : Neighbourhood.successorsInside(node)) {
                CompiledBlock candidate = seen.add(successor) ? candidate(successor, first) : null;
                if (candidate != null) {
                    open.add(candidate);
                }
            }
        }
        return chosen;
    }

    private @Nullable CompiledBlock candidate(long pc, CompiledBlock first) {
        CompiledBlock block = blocks.find(pc);
        boolean suits = block != null && block.heat() > first.heat() / RARE && isFit(block.block());
        return suits ? block : null;
    }

    /** Returns the nodes so that only edges that close a cycle lead back. */
    private static List<RegionNode> order(RegionNode first) {
        List<RegionNode> finished = new ArrayList<>();
        visit(first, new HashSet<>(), finished);
        Collections.reverse(finished);
        for (int number = 0; number < finished.size(); number++) {
            finished.get(number).setNumber(number);
        }
        return finished;
    }

    private static void visit(RegionNode node, Set<RegionNode> visited, List<RegionNode> finished) {
        visited.add(node);
        for (RegionNode successor : node.successors()) {
            if (!visited.contains(successor)) {
                visit(successor, visited, finished);
            }
        }
        finished.add(node);
    }
}
