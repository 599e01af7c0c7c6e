package dev.lockstep.interp;

import dev.lockstep.riscv.block.BlockReader;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The decoded blocks by address. Full, it forgets all of them. */
final class BlockCache {
    private static final int MAX_BLOCKS = 1 << 17;
    private static final int RECENT_BLOCKS = 1 << 13;

    /**
     * No block is longer: an instruction that starts before the boundary may reach 2 bytes past it.
     */
    private static final int MAX_BLOCK_BYTES = BlockReader.BOUNDARY_BYTES + Short.BYTES;

    private final BlockReader reader;
    private final NavigableMap<Long, Block> blocks = new TreeMap<>();
    private final Block[] recent = new Block[RECENT_BLOCKS];

    BlockCache(BlockReader reader) {
        this.reader = reader;
        Arrays.fill(recent, Block.NONE);
    }

    /**
     * Returns a block that was looked up of late: the one to execute at {@code pc} if its entry
     * says so.
     *
     * <p>Hot path: runs at every transfer that is not linked.
     */
    Block recent(long pc) {
        return recent[slot(pc)];
    }

    /** Returns the block that starts at {@code pc}, decoding it if necessary. */
    Block at(long pc) {
        Block block = blocks.get(pc);
        if (block == null) {
            block = new Block(reader.read(pc));
            if (!block.isWhole()) {
                return block;
            }
            add(block);
        }
        recent[slot(pc)] = block;
        return block;
    }

    /** Forgets the blocks with an instruction in {@code [address, address + length)}. */
    void invalidate(long address, long length) {
        // Guest memory ends far below the sign bit, so that signed order is the order of addresses.
        forget(blocks.subMap(Math.max(address - MAX_BLOCK_BYTES + 1, 0), address + length));
    }

    private void add(Block block) {
        if (blocks.size() == MAX_BLOCKS) {
            forget(blocks);
        }
        blocks.put(block.start, block);
    }

    private static void forget(Map<Long, Block> region) {
        region.values().forEach(Block::invalidate);
        region.clear();
    }

    private static int slot(long pc) {
        return (int) (pc >>> 1) & RECENT_BLOCKS - 1;
    }
}
