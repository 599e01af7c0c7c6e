package dev.lockstep.recomp;

import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One block that can be executed, linked to the blocks that followed it last.
 *
 * <p>Hot path: {@link #run} and {@link #successor} run once per basic block.
 */
final class CompiledBlock extends Translation {
    private final GuestBlock block;
    private final CompiledCode code;
    private final int index;

    private @Nullable CompiledBlock next;
    private @Nullable CompiledBlock taken;
    private @Nullable Region region;
    private int heat;

    CompiledBlock(GuestBlock block, CompiledCode code, int index) {
        this.block = block;
        this.code = code;
        this.index = index;
        place(List.of(block));
    }

    GuestBlock block() {
        return block;
    }

    /** Executes the block and returns one of {@link Exit}. */
    int run() {
        return code.run(index);
    }

    /** Counts an execution and returns how many there were. */
    int warm() {
        return ++heat;
    }

    /** Returns how often the block was executed by itself. */
    int heat() {
        return heat;
    }

    /** Returns the region that begins here, or null. */
    @Nullable Region region() {
        Region known = region;
        if (known != null && !known.isFor(pc)) {
            region = null;
            heat = 0;
            return null;
        }
        return known;
    }

    void setRegion(Region region) {
        this.region = region;
    }

    /** Returns the region that began here when that was asked last, or null. */
    @Nullable Region knownRegion() {
        return region;
    }

    /** Makes heat and region what they were. */
    void restore(int heat, @Nullable Region region) {
        this.heat = heat;
        this.region = region;
    }

    /** Returns the block that last followed by this exit, which may have been dropped since. */
    @Nullable CompiledBlock successor(int exit) {
        return exit == Exit.NEXT ? next : taken;
    }

    void link(int exit, CompiledBlock successor) {
        if (exit == Exit.NEXT) {
            next = successor;
        } else {
            taken = successor;
        }
    }

    /** {@inheritDoc} It forgets its links, so that dropped code can be unloaded. */
    @Override
    void drop() {
        super.drop();
        next = null;
        taken = null;
        region = null;
    }
}
