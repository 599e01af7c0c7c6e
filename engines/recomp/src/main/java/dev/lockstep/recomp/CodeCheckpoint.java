package dev.lockstep.recomp;

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
    private final List<CompiledBlock> blocks;
    private final int[] heats;
    private final @Nullable Region[] regionsOfBlocks;
    private final List<Region> regions;
    private final long evicted;
    private final Runnable promotion;

    CodeCheckpoint(Guest guest, CodeCache<CompiledBlock> cache, Promotion promotion) {
        this.guest = guest;
        this.cache = cache;
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
        // A block that was never executed is as good as none, but when it makes others go.
        cache.restore(blocks, cache.evicted() == evicted);
        guest.regions.restore(regions, false);
        for (int i = 0; i < heats.length; i++) {
            blocks.get(i).restore(heats[i], regionsOfBlocks[i]);
        }
        promotion.run();
    }

    /** Has changes to the block's code told again, if somebody was told already. */
    private void watch(CompiledBlock block) {
        if (!block.isInUse()) {
            long start = block.block().pc();
            guest.memory.watchCode(start, block.block().end() - start);
        }
    }
}
