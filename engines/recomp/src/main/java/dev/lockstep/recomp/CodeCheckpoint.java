package dev.lockstep.recomp;

import dev.lockstep.riscv.block.BlockReader;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What code there was at a moment, and all that decides what code there will be: brought back, the
 * same steps are executed by the same code again, as long as regions are compiled while the guest
 * waits.
 *
 * <p>Code that was dropped in the meantime, because the guest changed it, comes back, too: memory
 * has to be what it was before this is run.
 */
final class CodeCheckpoint implements Runnable {
    private final Guest guest;
    private final CodeCache<CompiledBlock> cache;
    private final BlockReader reader;
    private final List<CompiledBlock> blocks;
    private final int[] heats;
    private final @Nullable Region[] regionsOfBlocks;
    private final List<Region> regions;
    private final long evicted;
    private final Runnable promotion;

    CodeCheckpoint(
            Guest guest, CodeCache<CompiledBlock> cache, BlockReader reader, Promotion promotion) {
        this.guest = guest;
        this.cache = cache;
        this.reader = reader;
        this.promotion = promotion.checkpoint();
        blocks = cache.all();
        heats = blocks.stream().mapToInt(CompiledBlock::heat).toArray();
        regionsOfBlocks = blocks.stream().map(CompiledBlock::knownRegion).toArray(Region[]::new);
        regions = guest.regions.all();
        evicted = cache.evicted();
    }

    @Override
    public void run() {
        blocks.forEach(this::watch);
        cache.all().forEach(block -> block.restore(0, null));
        cache.restore(blocks, this::mayStay);
        guest.regions.restore(regions, region -> false);
        for (int i = 0; i < heats.length; i++) {
            blocks.get(i).restore(heats[i], regionsOfBlocks[i]);
        }
        promotion.run();
    }

    /**
     * Returns whether the code of a block compiled since is as good as none: right, never executed,
     * and not too much.
     */
    private boolean mayStay(CompiledBlock block) {
        return cache.evicted() == evicted && reader.read(block.place()).equals(block.block());
    }

    /** Has changes to the block's code told again: of one that was told since, nobody is. */
    private void watch(CompiledBlock block) {
        long start = block.block().pc();
        guest.memory.watchCode(start, block.block().end() - start);
    }
}
