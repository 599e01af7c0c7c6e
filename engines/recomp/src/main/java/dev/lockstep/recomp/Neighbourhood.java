package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.block.GuestBlock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongPredicate;

/** Chooses the blocks that are compiled into one class, since a class costs more than a block. */
final class Neighbourhood {
    private final BlockReader reader;
    private final int maxBlocks;

    Neighbourhood(BlockReader reader, int maxBlocks) {
        this.reader = reader;
        this.maxBlocks = maxBlocks;
    }

    /**
     * Returns the block at {@code pc} and those soonest reached from it by direct transfers, as far
     * as they can be fetched whole.
     *
     * @param known tells where blocks are that need no compiling
     */
    List<GuestBlock> around(long pc, LongPredicate known) {
        List<GuestBlock> blocks = new ArrayList<>();
        Set<Long> seen = new HashSet<>(Set.of(pc));
        Queue<Long> open = new ArrayDeque<>(List.of(pc));
        while (!open.isEmpty() && blocks.size() < maxBlocks) {
            GuestBlock block = reader.read(open.remove());
            if (block.endsInFetchFault() && !blocks.isEmpty()) {
                continue;
            }
            blocks.add(block);
            for (long successor : successors(block)) {
                if (!known.test(successor) && seen.add(successor)) {
                    open.add(successor);
                }
            }
        }
        return blocks;
    }

    /**
     * Returns where control goes from the node without leaving its function: a call comes back. A
     * jump that links in another register than calls do leaves: nobody knows that it comes back.
     */
    static long[] successorsInside(RegionNode node) {
        if (node.calls()) {
            return new long[] {node.block().end()};
        }
        return switch (node.last().op().kind()) {
            case JUMP -> new long[] {target(node.block())};
            case JUMP_REGISTER -> new long[0];
            default -> successors(node.block());
        };
    }

    private static long[] successors(GuestBlock block) {
        if (block.endsInFetchFault()) {
            return new long[0];
        }
        Instruction last = block.instructions().getLast();
        long target = target(block);
        boolean calls = last.rd() != 0;
        return switch (last.op().kind()) {
            case BRANCH -> new long[] {block.end(), target};
            case JUMP -> calls ? new long[] {target, block.end()} : new long[] {target};
            // What follows a call is where it returns to.
            case JUMP_REGISTER -> calls ? new long[] {block.end()} : new long[0];
            case ILLEGAL -> new long[0];
            default -> new long[] {block.end()};
        };
    }

    /** Returns where the branch or direct jump at the end of the block goes. */
    private static long target(GuestBlock block) {
        Instruction last = block.instructions().getLast();
        return block.end() - last.length() + last.imm();
    }
}
