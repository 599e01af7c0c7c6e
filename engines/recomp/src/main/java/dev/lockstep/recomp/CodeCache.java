package dev.lockstep.recomp;

import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * All blocks in use, by address. Bounded: beyond its capacity those added first are dropped. A
 * class is unloaded by the next garbage collection when all of its blocks have been dropped; they
 * were added together, so they go together.
 */
final class CodeCache {
    private static final int RECENT_COUNT = 1 << 12;

    private final int capacityBlocks;
    private final SequencedMap<Long, CompiledBlock> blocks = new LinkedHashMap<>();
    private final Map<Long, List<CompiledBlock>> pages = new HashMap<>();

    /** Direct-mapped, for indirect jumps that do not go where they went last. */
    private final @Nullable CompiledBlock[] recent = new @Nullable CompiledBlock[RECENT_COUNT];

    private long invalidatedBlocks;
    private long evictedBlocks;

    /**
     * @param capacityBlocks at least as many as are ever added at once
     */
    CodeCache(int capacityBlocks) {
        this.capacityBlocks = capacityBlocks;
    }

    @Nullable CompiledBlock find(long pc) {
        int slot = (int) (pc >>> 1) & (RECENT_COUNT - 1);
        CompiledBlock candidate = recent[slot];
        if (candidate == null || !candidate.isFor(pc)) {
            candidate = blocks.get(pc);
            recent[slot] = candidate;
        }
        return candidate;
    }

    boolean contains(long pc) {
        return blocks.containsKey(pc);
    }

    /** Adds the blocks of one class, none of which is in the cache. */
    void add(List<CompiledBlock> group) {
        for (CompiledBlock block : group) {
            blocks.put(block.block().pc(), block);
            for (long page = firstPage(block); page <= lastPage(block); page++) {
                pages.computeIfAbsent(page, number -> new ArrayList<>()).add(block);
            }
        }
        while (blocks.size() > capacityBlocks) {
            evictedBlocks++;
            remove(blocks.firstEntry().getValue());
        }
    }

    /** Drops the blocks with code on any page that the range touches. */
    void invalidate(long address, long length) {
        long first = page(address);
        long last = page(address + length - 1);
        Set<CompiledBlock> concerned = new HashSet<>();
        pages.forEach((page, members) -> {
            if (page >= first && page <= last) {
                concerned.addAll(members);
            }
        });
        invalidatedBlocks += concerned.size();
        concerned.forEach(this::remove);
    }

    private void remove(CompiledBlock block) {
        blocks.remove(block.block().pc());
        for (long page = firstPage(block); page <= lastPage(block); page++) {
            List<CompiledBlock> members = pages.get(page);
            if (members != null && members.remove(block) && members.isEmpty()) {
                pages.remove(page);
            }
        }
        block.drop();
    }

    int size() {
        return blocks.size();
    }

    long invalidatedBlocks() {
        return invalidatedBlocks;
    }

    long evictedBlocks() {
        return evictedBlocks;
    }

    private static long firstPage(CompiledBlock block) {
        return page(block.block().pc());
    }

    private static long lastPage(CompiledBlock block) {
        return page(block.block().end() - 1);
    }

    private static long page(long address) {
        return Long.divideUnsigned(address, GuestMemory.PAGE_BYTES);
    }
}
